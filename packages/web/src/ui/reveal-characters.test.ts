import { expect, test } from 'vitest';
import { revealCharacters, revealText } from './reveal-characters.ts';

const flat = (text: string) =>
  revealCharacters(text).map((part) => (part.is_hidden_character ? `<${part.text}>` : part.text));

test.each([
  ['web-01', ['web-01']],
  ['', []],
  ['Größe 日本 🙂', ['Größe 日本 🙂']],
  ['safe\u202egnp.exe', ['safe', '<U+202E>', 'gnp.exe']],
  ['a\u0000b\n', ['a', '<U+0000>', 'b', '<U+000A>']],
  ['\u200bzero', ['<U+200B>', 'zero']],
  ['tag\u{e0041}', ['tag', '<U+E0041>']],
])('%j', (text, parts) => {
  expect(flat(text)).toEqual(parts);
});

test('plain text spells them out too', () => {
  expect(revealText('edge-\u202e10-liame')).toBe('edge-[U+202E]10-liame');
});
