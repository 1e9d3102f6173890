import { childrenOf, childText, type XmlElement } from '../parsed-document.ts';

/** The elements whose children are a list of one kind. */
const LISTS: Readonly<Record<string, string>> = {
  components: 'component',
  properties: 'property',
  vulnerabilities: 'vulnerability',
  affects: 'target',
  versions: 'version',
  responses: 'response',
  references: 'reference',
  authors: 'author',
};

/** The same members in JSON and XML, except that a target's are a list there. */
const RECORDS = ['component', 'metadata', 'analysis', 'source', 'supplier', 'id'];

/**
 * The members of a CycloneDX document in XML (https://cyclonedx.org/docs/1.6/xml/) as its JSON form has them, as far as
 * anything here reads them.
 * @returns null for another document.
 */
export function cycloneDxFromXml(root: XmlElement): Record<string, unknown> | null {
  const version = /^https?:\/\/cyclonedx\.org\/schema\/bom\/([0-9]+\.[0-9]+)$/.exec(root.namespace)?.[1];
  if (root.name !== 'bom' || version === undefined) return null;
  return { ...membersOf(root), bomFormat: 'CycloneDX', specVersion: version };
}

function membersOf(element: XmlElement): Record<string, unknown> {
  const members: [string, unknown][] = Object.entries(element.attributes);
  for (const child of element.children) members.push([child.name, memberOf(child)]);
  return Object.fromEntries(members);
}

function memberOf(element: XmlElement): unknown {
  const item = Object.hasOwn(LISTS, element.name) ? LISTS[element.name] : undefined;
  if (item !== undefined) return childrenOf(element, item).map(itemOf);
  if (element.children.length > 0 && RECORDS.includes(element.name)) return membersOf(element);
  return element.text.trim();
}

function itemOf(element: XmlElement): unknown {
  if (element.name === 'property') return { name: element.attributes['name'] ?? '', value: element.text.trim() };
  if (element.name === 'target') return { ref: childText(element, 'ref'), versions: targetVersions(element) };
  return element.children.length === 0 && element.name === 'response' ? element.text.trim() : membersOf(element);
}

function targetVersions(target: XmlElement): unknown[] {
  return childrenOf(childrenOf(target, 'versions')[0], 'version').map(membersOf);
}
