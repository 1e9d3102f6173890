import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layOut } from './table-layout.ts';

const need = (width: number, isExtra = false, isEmpty = false) => ({ width, isExtra, isEmpty });

test.each([
  [
    'everything fits',
    [need(5), need(10, true)],
    80,
    [
      [0, 5],
      [1, 10],
    ],
  ],
  [
    'empty columns go',
    [need(5), need(4, false, true), need(6)],
    80,
    [
      [0, 5],
      [2, 6],
    ],
  ],
  [
    'the widest gives way',
    [need(5), need(60)],
    40,
    [
      [0, 5],
      [1, 33],
    ],
  ],
  [
    'extra columns go from the right',
    [need(20), need(20, true), need(20, true), need(20)],
    64,
    [
      [0, 20],
      [1, 20],
      [3, 20],
    ],
  ],
  [
    'a long cell alone drops no column',
    [need(10), need(300), need(10, true)],
    80,
    [
      [0, 10],
      [1, 56],
      [2, 10],
    ],
  ],
  ['nothing to show', [], 80, []],
])('%s', (_, needs, available, shown) => {
  expect(layOut(needs, available).map(({ at, width }) => [at, width])).toEqual(shown);
});

test('a row is never wider than the terminal, unless every cell is as narrow as it gets', () => {
  const needs = fc.array(
    fc.record({ width: fc.integer({ min: 1, max: 200 }), isEmpty: fc.boolean(), isExtra: fc.boolean() }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(needs, fc.integer({ min: 20, max: 240 }), (columns, available) => {
      const shown = layOut(columns, available);
      const total = shown.reduce((sum, { width }) => sum + width, 0) + 2 * Math.max(0, shown.length - 1);
      return total <= available || shown.every(({ width }) => width <= 8);
    }),
  );
});
