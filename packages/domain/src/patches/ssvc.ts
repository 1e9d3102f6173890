import type { AUTOMATABLE, EXPLOITATION, TECHNICAL_IMPACT } from '../advisories/ssvc-points.ts';

export const MISSION = ['low', 'medium', 'high'] as const;

/** From "ship it now" to "with the regular work"; the order of every list of patches. */
export const DECISION_ORDER = ['act', 'attend', 'track_star', 'track'] as const;
export type Decision = (typeof DECISION_ORDER)[number];

export interface SsvcPoint {
  exploitation: (typeof EXPLOITATION)[number];
  automatable: (typeof AUTOMATABLE)[number];
  technical_impact: (typeof TECHNICAL_IMPACT)[number];
  mission: (typeof MISSION)[number];
}

type ByMission = readonly [low: Decision, medium: Decision, high: Decision];

/**
 * CISA's SSVC table, 36 rows: exploitation × automatable × technical impact × mission and well-being (low, medium, high).
 * Source: CISA Stakeholder-Specific Vulnerability Categorization Guide, as published in CERTCC/SSVC,
 * `data/csv/cisa/cisa_coordinator_2_0_3.csv`.
 */
export const CISA_SSVC = {
  none: {
    no: { partial: ['track', 'track', 'track'], total: ['track', 'track', 'track_star'] },
    yes: { partial: ['track', 'track', 'attend'], total: ['track', 'track', 'attend'] },
  },
  public_poc: {
    no: { partial: ['track', 'track', 'track_star'], total: ['track', 'track_star', 'attend'] },
    yes: { partial: ['track', 'track', 'attend'], total: ['track', 'track_star', 'attend'] },
  },
  active: {
    no: { partial: ['track', 'track', 'attend'], total: ['track', 'attend', 'act'] },
    yes: { partial: ['attend', 'attend', 'act'], total: ['attend', 'act', 'act'] },
  },
} as const satisfies Record<
  SsvcPoint['exploitation'],
  Record<SsvcPoint['automatable'], Record<SsvcPoint['technical_impact'], ByMission>>
>;

/** The decision for one vulnerability on what it touches. */
export function decideSsvc({ exploitation, automatable, technical_impact, mission }: SsvcPoint): Decision {
  const row: ByMission = CISA_SSVC[exploitation][automatable][technical_impact];
  return row[MISSION.indexOf(mission)] ?? 'track';
}

/** Negative when `a` comes first. */
export function compareDecisions(a: Decision, b: Decision): number {
  return DECISION_ORDER.indexOf(a) - DECISION_ORDER.indexOf(b);
}

/** The decisions as people write them. */
export const DECISION_WORDS = {
  act: 'ACT',
  attend: 'ATTEND',
  track_star: 'TRACK*',
  track: 'TRACK',
} as const satisfies Record<Decision, string>;
