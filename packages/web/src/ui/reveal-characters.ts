/**
 * Characters that a reader cannot see but that change what a line says: controls, bidirectional overrides and isolates,
 * zero-width characters, line separators, tags (Trojan Source, CVE-2021-42574).
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

export interface TextPart {
  text: string;
  /** The text is a character's code, as in `U+202E`, because the character itself is invisible. */
  is_hidden_character: boolean;
}

/** Splits text so that every invisible character becomes its code and every visible one stays as it is. */
export function revealCharacters(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), is_hidden_character: false });
    const code = match[0].codePointAt(0) ?? 0;
    parts.push({ text: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`, is_hidden_character: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), is_hidden_character: false });
  return parts;
}

/** The same as one plain string, for titles, labels and announcements, which hold no elements. */
export function revealText(text: string): string {
  return revealCharacters(text)
    .map((part) => (part.is_hidden_character ? `[${part.text}]` : part.text))
    .join('');
}
