import type { SEVERITY_WORDS } from '../advisories/advisory.ts';

/**
 * The weights of a patch's score: the most points each factor can give, 100 in all. A change to any of them is a new
 * version, since the version stands in every explanation. The decision bucket comes first and the score orders only
 * inside it, so no sum ever outvotes "act".
 */
export const PATCH_MODEL = {
  version: 'model v1',
  known_exploited: 35,
  epss: 20,
  exposure: { internet: 12, internal: 4, isolated: 0 },
  impact: 10,
  criticality: { high: 8, medium: 4, low: 1 },
  data_sensitivity: { confidential: 5, internal: 2, none: 0 },
  ransomware: 5,
  spread: 5,
  /** Lowers: a restart of the whole machine costs an outage, so among equals what needs none goes first. */
  reboot: -2,
  /** A distribution's own severity where no CVSS score is known, out of `impact`. */
  severity: { critical: 10, high: 8, important: 8, medium: 5, moderate: 5, low: 2, negligible: 1, unimportant: 1 },
  /**
   * From this EPSS score on a public proof of concept is assumed. FIRST illustrates its model with the same 10 %
   * (https://www.first.org/epss/model); no feed we read says whether a proof of concept exists.
   */
  poc_from_epss: 0.1,
} as const satisfies { severity: Record<(typeof SEVERITY_WORDS)[number], number> } & Record<string, unknown>;

export const MAX_SCORE = 100;
