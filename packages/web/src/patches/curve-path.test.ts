import { expect, test } from 'vitest';
import { curvePath } from './curve-path.ts';

const scale = { x: (patches: number) => patches * 10, y: (share: number) => 100 - share * 100 };

test('the curve begins at no patch and rises with each', () => {
  expect(curvePath([0, 0.5, 0.75], scale)).toBe('M0 100L10 50L20 25');
});

test('a place is told to a tenth of a pixel', () => {
  expect(curvePath([0, 1 / 3], scale)).toBe('M0 100L10 66.7');
});

test('no patch is no line', () => {
  expect(curvePath([], scale)).toBe('');
});
