import type { SEVERITY_WORDS } from '../advisories/vulnerability-facts.ts';
import type { CRITICALITIES, EXPOSURES, SENSITIVITIES } from '../inventory/asset.ts';

/**
 * The weights of a patch's score: the most points each factor can give, 100 in all at most. The decision comes first and the
 * score orders only inside it, so no sum ever outvotes "act".
 */
export interface RankingModel {
  known_exploited: number;
  ransomware: number;
  epss: number;
  impact: number;
  exposure: Record<(typeof EXPOSURES)[number], number>;
  criticality: Record<(typeof CRITICALITIES)[number], number>;
  data_sensitivity: Record<(typeof SENSITIVITIES)[number], number>;
  spread: number;
  /** Lowers, so 0 or less: a restart of the whole machine costs an outage, so among equals what needs none goes first. */
  reboot: number;
  /** A distribution's own severity where no CVSS score is known, out of `impact`. */
  severity: Record<(typeof SEVERITY_WORDS)[number], number>;
  /** From this EPSS score on a public proof of concept is assumed, where CISA has not said whether there is one. */
  poc_from_epss: number;
}

/** A model with its version, which stands in every explanation. */
export interface VersionedModel {
  /** 1 is what every server begins with. */
  version: number;
  weights: RankingModel;
  /** Null for the first version, which nobody has written. */
  written_at: string | null;
  written_by: string | null;
}

export const MAX_SCORE = 100;

/** What every server begins with. FIRST illustrates EPSS with the same 10 % (https://www.first.org/epss/model). */
export const FIRST_MODEL: VersionedModel = {
  version: 1,
  written_at: null,
  written_by: null,
  weights: {
    known_exploited: 35,
    ransomware: 5,
    epss: 20,
    impact: 10,
    exposure: { isolated: 0, internal: 4, internet: 12 },
    criticality: { low: 1, medium: 4, high: 8 },
    data_sensitivity: { none: 0, internal: 2, confidential: 5 },
    spread: 5,
    reboot: -2,
    severity: { critical: 10, high: 8, important: 8, medium: 5, moderate: 5, low: 2, negligible: 1, unimportant: 1 },
    poc_from_epss: 0.1,
  },
};

/** The most points that a model can give. */
export function mostPoints(weights: RankingModel): number {
  const { known_exploited, ransomware, epss, impact, exposure, criticality, data_sensitivity, spread } = weights;
  const worst = [exposure, criticality, data_sensitivity].map((each) => Math.max(...Object.values(each)));
  return known_exploited + ransomware + epss + impact + spread + worst.reduce((sum, each) => sum + each, 0);
}

/**
 * What is wrong with weights of the right form: more than 100 points in all, or a worse machine or a graver word that gives
 * less than a better one, so that more evidence would lower a patch.
 */
export function checkRankingModel(weights: RankingModel): { path: string[]; text: string }[] {
  const sum = mostPoints(weights);
  const scales = [
    { key: 'exposure', order: ['isolated', 'internal', 'internet'], values: weights.exposure },
    { key: 'criticality', order: ['low', 'medium', 'high'], values: weights.criticality },
    { key: 'data_sensitivity', order: ['none', 'internal', 'confidential'], values: weights.data_sensitivity },
    { key: 'severity', order: ['negligible', 'low', 'medium', 'high', 'critical'], values: weights.severity },
  ];
  return [
    ...(sum > MAX_SCORE
      ? [{ path: [], text: `the most that all factors can give is ${sum} points, and ${MAX_SCORE} is the most` }]
      : []),
    ...scales.flatMap(({ key, order, values }) => fallingSteps(key, order, values)),
    ...Object.entries(weights.severity)
      .filter(([, points]) => points > weights.impact)
      .map(([word, points]) => ({
        path: ['severity', word],
        text: `${points} points are more than "impact" gives at most (${weights.impact})`,
      })),
  ];
}

function fallingSteps(
  key: string,
  order: readonly string[],
  values: Readonly<Record<string, number>>,
): { path: string[]; text: string }[] {
  return order.slice(1).flatMap((word, index) => {
    const lesser = order[index] ?? '';
    const [points = 0, before = 0] = [values[word], values[lesser]];
    return points >= before
      ? []
      : [{ path: [key, word], text: `"${word}" gives ${points} points, less than "${lesser}" (${before})` }];
  });
}
