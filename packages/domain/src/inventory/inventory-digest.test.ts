import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeLines, digestOfSorted, inventoryDigest, sortedLines } from './inventory-digest.ts';

const lines = fc.uniqueArray(fc.string({ maxLength: 3 }));
const echo = (text: string | Uint8Array) => new TextEncoder().encode(String(text));

test('a change applied in one pass is what filtering, adding and sorting give', () => {
  const places = fc.uniqueArray(fc.integer({ min: 0, max: 12 }));
  fc.assert(
    fc.property(lines, places, lines, (some, removed, added) => {
      const before = some.sort();
      const left = before.filter((_, place) => !removed.includes(place));
      expect(changeLines(before, { removed, added })).toEqual([...new Set([...left, ...added])].sort());
    }),
  );
});

test('the digest is the same whatever the order, and of lines each ended by a newline', () => {
  fc.assert(
    fc.property(lines, (some) => {
      const digest = inventoryDigest([...some, ...some].reverse(), echo);
      expect(digest).toBe(digestOfSorted(sortedLines(some), echo));
    }),
  );
  expect(digestOfSorted(['a', 'b'], echo)).toBe('610a620a');
  expect(digestOfSorted([], echo)).toBe('');
});
