const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text of XML with its predefined entities and character references resolved; no other entity is known, so none is expanded. */
export function xmlText(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-z]{2,4});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** The attributes of a tag. */
export function xmlAttributes(tag: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, double, single] of tag.matchAll(/\s([\w:.-]+)=(?:"([^"]*)"|'([^']*)')/g))
    if (name !== undefined) attributes.set(name, xmlText(double ?? single ?? ''));
  return attributes;
}

/** The text of the first element of this name, which has no element in it; empty where there is none. */
export function xmlElement(text: string, name: string): string {
  return xmlText(new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(text)?.[1] ?? '').trim();
}

/** The tags of this name, each whole as it stands. */
export function xmlTags(text: string, name: string): string[] {
  return text.match(new RegExp(`<${name}(?:\\s[^>]*)?>`, 'g')) ?? [];
}
