/** An element of an XML document, without its namespace's prefix. */
export interface XmlElement {
  name: string;
  namespace: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  text: string;
}

/** A document of another's making, parsed as what its first characters say it is. */
export type ParsedDocument =
  | { form: 'json' | 'toml' | 'yaml'; value: unknown }
  | { form: 'xml'; root: XmlElement }
  | { form: 'text'; text: string };

/** The child elements of one name. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text of the first child of one name, without blanks around it; null when it is not there or empty. */
export function childText(element: XmlElement | undefined, name: string): string | null {
  return childrenOf(element, name)[0]?.text.trim() || null;
}
