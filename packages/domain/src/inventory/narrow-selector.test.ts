import { expect, test } from 'vitest';
import { narrowSelector } from './narrow-selector.ts';
import { parseSelector } from './selector.ts';

test.each([
  ['', 'env', 'prod', 'env = prod'],
  ['role = web', 'env', 'prod', 'role = web and env = prod'],
  ['role = web or role = db', 'env', 'prod', '(role = web or role = db) and env = prod'],
  ['', 'owner', 'Ann, ops', 'owner = "Ann, ops"'],
  ['', 'owner', 'and', 'owner = "and"'],
  ['', 'owner', 'a"b', 'owner = "ab"'],
])('%j, %s, %s', (selector, key, value, narrowed) => {
  expect(narrowSelector(selector, key, value)).toBe(narrowed);
  expect(parseSelector(narrowed)).not.toHaveProperty('error');
});
