import { expect, test } from 'vitest';
import type { Bench } from './report.ts';

/** What depends on the machine and on who else uses it. */
const IS_TIMED = /^(≥|< |≤ [\d.]+ (ms|s|×|\/s|MiB)$|told)/;

test.each(['fleet', 'soak', 'storm', 'fan-out', 'match'])(
  'the bench %s works, whatever its figures are',
  async (name) => {
    const { bench } = (await import(`./${name}.bench.ts`)) as { bench: Bench };
    const results = await bench.run({ seed: 1, is_short: true, note: () => undefined });
    expect(results.filter(({ holds, goal }) => !holds && !IS_TIMED.test(goal))).toEqual([]);
    expect(results.filter(({ goal }) => !IS_TIMED.test(goal)).length).toBeGreaterThan(1);
  },
  240_000,
);
