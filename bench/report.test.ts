import { expect, test } from 'vitest';
import { atMost, exactly, formatReport, p99, timesLess, timesMore, told } from './report.ts';

test('a goal holds at its edge and fails beyond it', () => {
  expect(atMost(1, { metric: 'm', value: 1, unit: 's' }).holds).toBe(true);
  expect(atMost(1, { metric: 'm', value: 1.001, unit: 's' }).holds).toBe(false);
  expect(exactly(0, { metric: 'm', value: 1, unit: 'differences' }).holds).toBe(false);
  const peer = { name: 'peer', value: 100 };
  expect(timesLess(50, { metric: 'm', value: 2, unit: 's' }, peer)).toMatchObject({ ratio: 50, holds: true });
  expect(timesLess(51, { metric: 'm', value: 2, unit: 's' }, peer).holds).toBe(false);
  expect(timesMore(2, { metric: 'm', value: 200, unit: '/s' }, peer)).toMatchObject({ ratio: 2, holds: true });
  expect(timesMore(2, { metric: 'm', value: 199, unit: '/s' }, peer).holds).toBe(false);
  expect(told({ metric: 'm', value: Number.NaN, unit: 's' }).holds).toBe(true);
});

test('what could not be measured does not hold', () => {
  expect(atMost(1, { metric: 'm', value: Number.NaN, unit: 's' }).holds).toBe(false);
  expect(timesLess(1, { metric: 'm', value: Number.NaN, unit: 's' }, { name: 'peer', value: 1 }).holds).toBe(false);
});

test('p99 leaves out the worst of a hundred', () => {
  expect(p99(Array.from({ length: 100 }, (_, i) => i + 1))).toBe(99);
  expect(p99([5])).toBe(5);
});

test('a missed goal stays in the list, marked', () => {
  const results = [atMost(1, { metric: 'time', value: 2, unit: 's' }, { name: 'peer (published)', value: 266 })];
  const lines = formatReport({ name: 'x', seed: 1, versions: { node: '24' }, results }).split('\n');
  expect(lines[0]).toBe('bench x, seed 1: node 24');
  expect(lines[2]).toMatch(/^✗ {2}time +2 s +≤ 1 s +peer \(published\) +266 s +133×$/);
});
