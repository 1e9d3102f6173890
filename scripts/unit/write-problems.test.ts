import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROBLEMS_PAGE, problemsPage } from '../write-problems.ts';

test('docs/problems.md says what the literal says; otherwise run node scripts/write-problems.ts', () => {
  expect(readFileSync(PROBLEMS_PAGE, 'utf8')).toBe(problemsPage());
});
