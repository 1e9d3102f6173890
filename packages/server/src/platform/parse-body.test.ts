import { describe, expect, test } from 'vitest';
import { parseBody } from './parse-body.ts';

const MILLION = 1_000_000;
const read = (text: string) => parseBody(Buffer.from(text));

describe('a body of JSON', () => {
  test.each([
    ['lists a million deep', '['.repeat(MILLION) + ']'.repeat(MILLION), 'deeper than 64'],
    ['objects a million deep', '{"a":'.repeat(MILLION), 'deeper than 64'],
    [
      'a million keys',
      `{${Array.from({ length: MILLION }, (_, at) => `"k${at}":1`).join()}}`,
      'more than 10000 members',
    ],
    ['cut short', '{"a":[1,2', 'not JSON'],
  ])('%s: refused at once', (_, text, reason) => {
    const bytes = Buffer.from(text);
    expect(() => parseBody(bytes)).toThrow(reason);
  });

  test('a key __proto__ is dropped, also where it is written in another way', () => {
    for (const key of ['__proto__', '__pr\\u006fto__']) {
      const value = read(`{"a":{"${key}":{"polluted":1},"b":2}}`);
      expect(value).toEqual({ a: { b: 2 } });
      expect(Object.keys((value as { a: object }).a)).toEqual(['b']);
    }
    expect({}).not.toHaveProperty('polluted');
  });

  test('what people send is read: a list of ten thousand machines', () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => `host_${at}`);
    expect(read(JSON.stringify({ ids }))).toEqual({ ids });
  });
});
