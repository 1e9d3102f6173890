/**
 * C0 and C1 control characters, and the marks that change direction or hide (Unicode Bidi_Control, zero-width, line
 * separators, tags): text from hosts and feeds must not move the cursor, colour the terminal or read as other text.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** The text on one line with every control or hidden character spelled out, as `\x1b` or `\u{202e}`. */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(HIDDEN, spell);
}

function spell(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** JSON that says the same and has no control or hidden character in it, so that printing it is safe. */
export function visibleJson(value: unknown, indent: number): string {
  // The line breaks of the indentation are ours; within strings JSON.stringify has escaped them already.
  return JSON.stringify(value, null, indent).replace(HIDDEN, (character) =>
    character === '\n' ? character : escapeUnits(character),
  );
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}
