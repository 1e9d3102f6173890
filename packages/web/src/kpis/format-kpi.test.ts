import { expect, test } from 'vitest';
import { formatKpi } from './format-kpi.ts';

test.each([
  [null, 'percent', 'no data'],
  [null, 'seconds', 'no data'],
  [0, 'percent', '0 %'],
  [100, 'percent', '100 %'],
  [66.667, 'percent', '66.7 %'],
  [90_000, 'seconds', '1 d 1 h'],
] as const)('%s %s reads %s', (value, unit, words) => {
  expect(formatKpi(value, unit)).toBe(words);
});
