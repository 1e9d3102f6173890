import { expect, test } from 'vitest';
import { formatDuration, formatInstant, formatRelative } from './format-time.ts';

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [3661, '1 h 1 min'],
  [90_000, '1 d 1 h'],
  [-5, '0 s'],
])('%d seconds last %s', (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words);
});

test.each([
  [-30, '30 seconds ago'],
  [-3600, '1 hour ago'],
  [7200, 'in 2 hours'],
  [-172_800, '2 days ago'],
  [-59 * 86_400, '59 days ago'],
  [-62 * 86_400, '2 months ago'],
  [-700 * 86_400, '22 months ago'],
  [-1862 * 86_400, '5 years ago'],
  [0, 'now'],
  [0.9, 'now'],
])('%d seconds from now is %s', (seconds, words) => {
  expect(formatRelative(seconds, 'en')).toBe(words);
});

test('a time always carries its zone, on both sides of a shift', () => {
  expect(formatInstant('2026-10-25T00:30:00Z', 'Europe/Berlin', 'en-GB')).toContain('02:30 CEST');
  expect(formatInstant('2026-10-25T01:30:00Z', 'Europe/Berlin', 'en-GB')).toMatch(/02:30 (CET|GMT\+1)/);
  expect(formatInstant('2026-10-25T01:30:00Z', 'Asia/Kolkata', 'en-GB')).toMatch(/07:00 (IST|GMT\+5:30)/);
});
