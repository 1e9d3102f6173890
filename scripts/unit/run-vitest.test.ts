import { describe, expect, test } from 'vitest';
import { add, countsOf, nothing } from '../test/run-vitest.ts';

const report = (failed: number) =>
  JSON.stringify({ numPassedTests: 5, numFailedTests: failed, numPendingTests: 2, numTodoTests: 1 });

describe('what a run of vitest counts for', () => {
  test.each([
    ['a good end', report(0), 0, { passed: 5, failed: 0, skipped: 3, isSound: true }],
    ['failed tests', report(2), 1, { passed: 5, failed: 2, skipped: 3, isSound: false }],
    [
      'a file that does not load: a failure, though no test failed',
      report(0),
      1,
      { passed: 5, failed: 1, skipped: 3, isSound: false },
    ],
    ['an end by a signal', report(0), null, { passed: 5, failed: 1, skipped: 3, isSound: false }],
    ['no report at all', null, 0, { passed: 0, failed: 0, skipped: 0, isSound: false }],
  ])('%s', (_, text, code, counts) => {
    expect(countsOf(text, code)).toEqual(counts);
  });

  test('rooms add up, and one unsound room makes the sum unsound', () => {
    const good = countsOf(report(0), 0);
    expect(add(add(nothing, good), countsOf(report(1), 1))).toEqual({
      passed: 10,
      failed: 1,
      skipped: 6,
      isSound: false,
    });
  });
});
