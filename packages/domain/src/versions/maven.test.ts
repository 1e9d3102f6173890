import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareVersionTexts } from './registry.ts';

const lines = readFileSync(new URL('fixtures/maven.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

describe('compareMaven', () => {
  test.each(lines)('%s', (line) => {
    const versions = line.split(/ [<=] /);
    for (const [i, low] of versions.entries())
      for (const high of versions.slice(i + 1)) {
        const order = line.includes('<') ? -1 : 0;
        expect([low, high, compareVersionTexts('maven', low, high)]).toEqual([low, high, order]);
        expect(compareVersionTexts('maven', high, low)).toBe(order === 0 ? 0 : 1);
      }
  });

  test('refuses what Maven refuses: more than 256 characters', () => {
    expect(compareVersionTexts('maven', '1'.repeat(256), '2'.repeat(256))).toBe(-1);
    expect(compareVersionTexts('maven', '1'.repeat(257), '1')).toBeNull();
  });
});
