import { expect, test } from 'vitest';
import { mayAsk, mayName, mayReport, openQuota } from './host-quota.ts';

test('a burst is let through, then as many as come back in a second', () => {
  const quota = openQuota();
  const count = (now: number) => Array.from({ length: 1000 }, () => mayAsk(quota, now, 1)).filter(Boolean).length;
  expect(count(1_000_000)).toBe(300);
  expect(count(1_001_000)).toBe(100);
  expect(count(1_001_500)).toBe(50);
  expect([mayAsk(quota, 1_001_700, 20), mayAsk(quota, 1_001_700, 1)]).toEqual([true, false]);
});

test('what is new is bounded by the day, and names that are refused count for nothing', () => {
  const quota = openQuota();
  const now = Date.UTC(2026, 10, 25, 12);
  expect(mayName(quota, 24_000, now)).toBe(true);
  expect(mayName(quota, 1001, now)).toBe(false);
  expect(mayName(quota, 1000, now)).toBe(true);
  quota.bytes += 64 * 1024 * 1024;
  expect(mayReport(quota, now)).toBe(false);
  expect(mayReport(quota, now + 86_400_000)).toBe(true);
  expect(mayName(quota, 25_000, now + 86_400_000)).toBe(true);
});
