import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJsonGuard } from './json-guard.ts';

const LIMITS = { json_depth: 4, field_bytes: 10, object_members: 3, record_bytes: 200, record_members: 8 };

function check(text: string, piece = text.length): string | null {
  const guard = createJsonGuard(LIMITS);
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += piece) {
    const complaint = guard.check(bytes.subarray(at, at + piece));
    if (complaint !== null) return complaint;
  }
  return null;
}

describe('is too much', () => {
  test.each([
    ['[[[[[', /deeper than 4/],
    ['{"a":{"a":{"a":{"a":[', /deeper than 4/],
    ['"01234567890"', /text in it is longer than 10/],
    ['{"01234567890":1}', /text in it is longer than 10/],
    ['{"a":1,"b":1,"c":1,"d":1,"e":1}', /more than 3 members/],
    ['[1,2,3,4,5,6,7,8,9,10]', /record has more than 8 members/],
    [' '.repeat(201), /larger than 200 bytes/],
  ])('%s', (text, complaint) => {
    for (const piece of [1, 3, text.length]) expect(check(text, piece)).toMatch(complaint);
  });
});

test.each([
  '[[[[]]],[[[]]]]',
  '["[[[[[[","{{{{{"]',
  '["\\"[[[[[[","\\\\"]',
  '{"a":[1,2,3,4],"b":{"c":1,"d":1},"e":{"f":1}}',
])('%s is not', (text) => {
  for (const piece of [1, 3, text.length]) expect(check(text, piece)).toBeNull();
});

test('what it says does not depend on where the bytes are cut', () => {
  const text = fc.string({ unit: fc.constantFrom(...'[]{},"\\:1a') });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 5 }), (json, piece) => check(json, piece) === check(json)),
    {
      numRuns: 3000,
    },
  );
});

test('each record is counted anew', () => {
  const guard = createJsonGuard(LIMITS);
  const record = new TextEncoder().encode('1,2,3,4,5,');
  for (let i = 0; i < 10; i++) {
    expect(guard.check(record)).toBeNull();
    guard.nextRecord();
  }
  expect([guard.check(record), guard.check(record)]).toEqual([null, expect.stringContaining('8 members')]);
});
