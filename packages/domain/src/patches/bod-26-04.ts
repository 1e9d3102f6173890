import type { AUTOMATABLE, TECHNICAL_IMPACT } from '../advisories/ssvc-points.ts';

/** How long CISA's directive leaves, and whether the machine must be searched for an intruder beside. */
export const BOD_TIMELINES = {
  '3_days_forensic': { days: 3, is_forensic: true, words: '3 days + forensic triage' },
  '3_days': { days: 3, is_forensic: false, words: '3 days' },
  '14_days': { days: 14, is_forensic: false, words: '14 days' },
  '60_days': { days: 60, is_forensic: false, words: '60 days' },
  on_upgrade: { days: null, is_forensic: false, words: 'with the next upgrade' },
} as const;
export type BodTimeline = keyof typeof BOD_TIMELINES;

export interface BodPoint {
  in_kev: boolean;
  /** The asset can be reached from the internet. */
  exposed: boolean;
  automatable: (typeof AUTOMATABLE)[number];
  technical_impact: (typeof TECHNICAL_IMPACT)[number];
}

type ByImpact = { partial: BodTimeline; total: BodTimeline };
type ByAutomatable = { no: ByImpact; yes: ByImpact };

/**
 * CISA's Binding Operational Directive 26-04 of 2026-06-10, table 1, 16 rows: in KEV × publicly exposed × automatable ×
 * technical impact. It took the place of 19-02 and 22-01. Source: CERTCC/SSVC, `data/csv/cisa/cisa_bod_26_04_1_0_0.csv`.
 */
export const BOD_26_04 = {
  listed: {
    exposed: {
      no: { partial: '14_days', total: '3_days_forensic' },
      yes: { partial: '3_days', total: '3_days_forensic' },
    },
    not_exposed: {
      no: { partial: '14_days', total: '14_days' },
      yes: { partial: '14_days', total: '3_days_forensic' },
    },
  },
  not_listed: {
    exposed: { no: { partial: '60_days', total: '14_days' }, yes: { partial: '14_days', total: '3_days' } },
    not_exposed: { no: { partial: 'on_upgrade', total: 'on_upgrade' }, yes: { partial: '60_days', total: '60_days' } },
  },
} as const satisfies Record<'listed' | 'not_listed', Record<'exposed' | 'not_exposed', ByAutomatable>>;

/** The directive's answer for one vulnerability on one asset. */
export function bodTimeline({ in_kev, exposed, automatable, technical_impact }: BodPoint): BodTimeline {
  const row: ByAutomatable = BOD_26_04[in_kev ? 'listed' : 'not_listed'][exposed ? 'exposed' : 'not_exposed'];
  return row[automatable][technical_impact];
}
