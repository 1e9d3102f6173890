import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactSet } from './compact-set.ts';

const sorted = fc.uniqueArray(fc.nat(60), { maxLength: 40 }).map((ids) => ids.sort((a, b) => a - b));

test('what is stored gives back exactly the ids, whatever it is compared with', () => {
  fc.assert(
    fc.property(sorted, fc.array(sorted, { maxLength: 4 }), (ids, others) => {
      const wholes = new Map(others.map((whole, at) => [String(at), whole]));
      const { base, added, without } = compactSet(ids, wholes);
      const left = (base === null ? [] : (wholes.get(base) ?? [])).filter((id) => !without.includes(id));
      expect([...left, ...added].sort((a, b) => a - b)).toEqual(ids);
    }),
  );
});

test('the nearest whole set is the base, and one that is not near is none', () => {
  const ids = Array.from({ length: 800 }, (_, at) => at);
  const near = [...ids.slice(0, 795), 2000, 2001];
  const far = ids.map((id) => id + 500);
  expect(
    compactSet(
      ids,
      new Map([
        ['far', far],
        ['near', near],
      ]),
    ),
  ).toEqual({
    base: 'near',
    added: [795, 796, 797, 798, 799],
    without: [2000, 2001],
  });
  expect(compactSet(ids, new Map([['far', far]]))).toEqual({ base: null, added: ids, without: [] });
});
