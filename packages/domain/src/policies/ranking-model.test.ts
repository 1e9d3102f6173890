import { describe, expect, test } from 'vitest';
import { checkRankingModel, FIRST_MODEL, MAX_SCORE, mostPoints, type RankingModel } from './ranking-model.ts';

const faultsOf = (more: Partial<RankingModel>) =>
  checkRankingModel({ ...FIRST_MODEL.weights, ...more }).map(({ path, text }) => `${path.join('.')}: ${text}`);

describe('a ranking model', () => {
  test('the first gives 100 at most and is right', () => {
    expect(mostPoints(FIRST_MODEL.weights)).toBe(MAX_SCORE);
    expect(faultsOf({})).toEqual([]);
  });

  test.each<[string, Partial<RankingModel>, string[]]>([
    ['more than 100 points', { epss: 21 }, [': the most that all factors can give is 101 points, and 100 is the most']],
    [
      'a worse machine that gives less',
      { exposure: { isolated: 5, internal: 4, internet: 12 } },
      ['exposure.internal: "internal" gives 4 points, less than "isolated" (5)'],
    ],
    [
      'a word that gives more than the factor',
      { impact: 9 },
      ['severity.critical: 10 points are more than "impact" gives at most (9)'],
    ],
    [
      'a graver word that gives less',
      { severity: { ...FIRST_MODEL.weights.severity, critical: 7 } },
      ['severity.critical: "critical" gives 7 points, less than "high" (8)'],
    ],
  ])('refuses %s', (_what, more, faults) => {
    expect(faultsOf(more)).toEqual(faults);
  });
});
