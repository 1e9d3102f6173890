import { describe, expect, test } from 'vitest';
import { visibleJson, visibleText } from './visible-text.ts';

describe('visibleText', () => {
  test.each([
    ['plain-1.2+deb12u1~rc', 'plain-1.2+deb12u1~rc'],
    ['Zoë 東京 🚀', 'Zoë 東京 🚀'],
    ['\u001b[2J\u001b]0;owned\u0007', '\\x1b[2J\\x1b]0;owned\\x07'],
    ['a\u009b31mb', 'a\\x9b31mb'],
    ['one\ntwo\tthree\r', 'one\\ntwo\\tthree\\r'],
    ['evil\u202egpj.exe', 'evil\\u{202e}gpj.exe'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['lone\ud800', 'lone\ufffd'],
  ])('%j reads %s', (text, visible) => {
    expect(visibleText(text)).toBe(visible);
  });
});

describe('visibleJson', () => {
  test('says the same and holds no control or hidden character but its own line breaks', () => {
    const value = { name: '\u001b[2J\u009b\u202e\u{e0041}\n', deep: [{ ok: 'Zoë' }] };
    const text = visibleJson(value, 2);
    expect(JSON.parse(text)).toEqual(value);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them is the point
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u{e0041}]/u);
  });
});
