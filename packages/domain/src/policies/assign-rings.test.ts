import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Selectable } from '../inventory/selector.ts';
import { assignRings } from './assign-rings.ts';

const asset = (id: string, labels: Record<string, string>): Selectable & { id: string } => ({
  id,
  hostname: id,
  labels,
  owner: null,
  service_group: null,
  criticality: null,
  data_sensitivity: null,
  exposure: null,
  facts: null,
});
const ring = (name: string, select: string) => ({ name, select, max_in_flight: 2, bake: '15m' });

describe('assignRings', () => {
  test('the first ring that matches wins; the others are told apart', () => {
    const spec = { select: 'env = prod', rings: [ring('canary', 'ring = canary'), ring('web', 'role = web')] };
    const assets = [
      asset('a', { env: 'prod', role: 'web' }),
      asset('b', { env: 'prod', role: 'web', ring: 'canary' }),
      asset('c', { env: 'prod', role: 'db' }),
      asset('d', { env: 'test', role: 'web' }),
    ];
    expect(assignRings(spec, assets)).toEqual({
      rings: [
        { name: 'canary', assets: ['b'], max_in_flight: 2, bake_seconds: 900 },
        { name: 'web', assets: ['a'], max_in_flight: 2, bake_seconds: 900 },
      ],
      unassigned: ['c'],
      not_selected: ['d'],
    });
  });

  test('a ring that nobody matches stays, empty', () => {
    expect(
      assignRings({ select: '', rings: [ring('canary', 'ring = canary'), ring('rest', '')] }, []).rings.map(
        ({ assets }) => assets,
      ),
    ).toEqual([[], []]);
  });

  test.each([
    [{ select: 'env =', rings: [ring('all', '')] }],
    [{ select: '', rings: [ring('all', 'env =')] }],
    [{ select: '', rings: [{ ...ring('all', ''), bake: 'long' }] }],
  ])('what a checked policy cannot hold is a RangeError', (spec) => {
    expect(() => assignRings(spec, [])).toThrow(RangeError);
  });

  test('every machine is in exactly one place, in the order it came', () => {
    const selector = fc.constantFrom('', 'env = a', 'env = b', 'not env = a', 'role in (x, y)', 'env = a and role = x');
    const labels = fc.record({ env: fc.constantFrom('a', 'b', 'c'), role: fc.constantFrom('x', 'y', 'z') });
    fc.assert(
      fc.property(
        selector,
        fc.array(selector, { minLength: 1, maxLength: 4 }),
        fc.array(labels, { maxLength: 20 }),
        (select, rings, list) => {
          const assets = list.map((each, i) => asset(String(i).padStart(2, '0'), each));
          const {
            rings: found,
            unassigned,
            not_selected,
          } = assignRings({ select, rings: rings.map((text, i) => ring(`r${i}`, text)) }, assets);
          const places = [...found.map((each) => each.assets), unassigned, not_selected];
          expect(places.flat().sort()).toEqual(assets.map(({ id }) => id));
          for (const place of places) expect(place).toEqual([...place].sort());
          if (rings.includes('')) expect(unassigned).toEqual([]);
        },
      ),
    );
  });
});
