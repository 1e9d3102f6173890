import { expect, test } from 'vitest';
import { formatPercent } from './format-number.ts';

test.each([
  [0, '0%'],
  [0.0004, 'less than 0.1%'],
  [0.0005, '0.1%'],
  [0.942, '94.2%'],
  [0.9994, '99.9%'],
  [0.99997, 'more than 99.9%'],
  [1, '100%'],
])('%d is %s', (share, words) => {
  expect(formatPercent(share)).toBe(words);
});
