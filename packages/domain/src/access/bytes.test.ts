import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes, equalBytes, fromBase64Url, toBase64Url, toHex } from './bytes.ts';

const bytes = fc.uint8Array({ maxLength: 100 });

test('base64url and hexadecimal are those of Node, and read back', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(toBase64Url(value)).toBe(Buffer.from(value).toString('base64url'));
      expect(toHex(value)).toBe(Buffer.from(value).toString('hex'));
      expect(fromBase64Url(toBase64Url(value))).toEqual(value);
    }),
  );
});

test.each(['A', 'A=', 'AA==', 'A+', 'A/', 'A ', 'é', 'AB', 'AAB', '🛠🛠'])('%j is not base64url of any bytes', (text) => {
  expect(fromBase64Url(text)).toBeNull();
});

test('bytes have exactly one text', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{0,9}$/), (text) => {
      const read = fromBase64Url(text);
      return read === null || toBase64Url(read) === text;
    }),
  );
});

test('equality is equality', () => {
  fc.assert(fc.property(bytes, bytes, (a, b) => equalBytes(a, b) === (Buffer.compare(a, b) === 0)));
  fc.assert(fc.property(bytes, (a) => equalBytes(a, a.slice())));
});

test('parts are joined in order', () => {
  expect(concatBytes(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
});
