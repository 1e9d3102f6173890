const PLAIN = /^[A-Za-z0-9_.:/@-]+$/;
const GRAMMAR = ['and', 'or', 'not', 'in'];

/** A selector narrowed to the assets whose `key` is `value`; a value that is no word is put in quotes. */
export function narrowSelector(selector: string, key: string, value: string): string {
  const word = PLAIN.test(value) && !GRAMMAR.includes(value) ? value : `"${value.replaceAll('"', '')}"`;
  const term = `${key} = ${word}`;
  if (selector.trim() === '') return term;
  return /\bor\b/.test(selector) ? `(${selector}) and ${term}` : `${selector} and ${term}`;
}
