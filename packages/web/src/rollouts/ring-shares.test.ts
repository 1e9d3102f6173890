import { expect, test } from 'vitest';
import { ringShares } from './ring-shares.ts';

const aRing = (given: object) => ({
  name: 'all',
  state: 'running' as const,
  total: 0,
  verified: 0,
  failed: 0,
  in_flight: 0,
  waiting: 0,
  rolled_back: 0,
  bake_until: null,
  proves: '',
  ...given,
});

test('shares add up to the total over rings', () => {
  const { shares, total } = ringShares([
    aRing({ total: 4, verified: 3, failed: 1 }),
    aRing({ total: 10, in_flight: 2, waiting: 8 }),
  ]);
  expect(total).toBe(14);
  expect(shares.reduce((sum, share) => sum + share.count, 0)).toBe(14);
  expect(shares.map((share) => share.key)).not.toContain('unknown');
});

test('a machine that no count explains is unknown, not left out', () => {
  const { shares } = ringShares([aRing({ total: 3, verified: 2 })]);
  expect(shares.find((share) => share.key === 'unknown')?.count).toBe(1);
});
