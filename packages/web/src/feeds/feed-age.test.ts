import { expect, test } from 'vitest';
import { ageInWords } from './feed-age.ts';

const now = Date.parse('2026-01-02T00:00:00Z');

test.each([
  [null, 24, 'never loaded, limit 1 d'],
  ['2026-01-01T21:00:00Z', 24, '3 h of 1 d'],
  ['2025-12-30T00:00:00Z', 36, '3 d of 1 d 12 h'],
])('%s with a limit of %d h', (last_success_at, max_age_hours, words) => {
  expect(ageInWords({ last_success_at, max_age_hours }, now)).toBe(words);
});
