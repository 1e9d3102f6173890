import { CVSS2_FORMAT, type Cvss2Metrics } from './cvss2-metrics.ts';
import { hasGroup, parseMetrics } from './metric-table.ts';

export interface Cvss2 {
  version: '2.0';
  metrics: Cvss2Metrics;
}

const IMPACT = { N: 0, P: 0.275, C: 0.66 };
const REQUIREMENT = { L: 0.5, M: 1, H: 1.51, ND: 1 };
const WEIGHTS = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1, ND: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1, ND: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1, ND: 1 },
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5, ND: 0 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1, ND: 1 },
} as const;

/** Reads a CVSS 2.0 vector, which has no prefix; null if it is none. */
export function parseCvss2(text: string): Cvss2 | null {
  const metrics = parseMetrics(text, CVSS2_FORMAT);
  return metrics === null ? null : { version: '2.0', metrics };
}

/** The base score (guide, section 3.2.1). */
export function cvss2BaseScore({ metrics }: Cvss2): number {
  return scoreImpact(metrics, 10.41 * shareLost(IMPACT[metrics.C], IMPACT[metrics.I], IMPACT[metrics.A]));
}

/** The temporal score (section 3.2.2); null when none of its metrics is defined. */
export function cvss2TemporalScore(cvss: Cvss2): number | null {
  if (!hasGroup(cvss.metrics, CVSS2_FORMAT, 'threat')) return null;
  return lowerByTime(cvss.metrics, cvss2BaseScore(cvss));
}

/** The environmental score (section 3.2.3); null when none of its metrics is defined. */
export function cvss2EnvironmentalScore({ metrics }: Cvss2): number | null {
  if (!hasGroup(metrics, CVSS2_FORMAT, 'environmental')) return null;
  const lost = shareLost(
    IMPACT[metrics.C] * REQUIREMENT[metrics.CR],
    IMPACT[metrics.I] * REQUIREMENT[metrics.IR],
    IMPACT[metrics.A] * REQUIREMENT[metrics.AR],
  );
  const adjusted = lowerByTime(metrics, scoreImpact(metrics, Math.min(10, 10.41 * lost)));
  const score = round((adjusted + (10 - adjusted) * WEIGHTS.CDP[metrics.CDP]) * WEIGHTS.TD[metrics.TD]);
  // Low requirements take the adjusted score below zero; the equations go on with that, and the result ends at zero.
  return Math.max(0, score);
}

function shareLost(confidentiality: number, integrity: number, availability: number): number {
  return 1 - (1 - confidentiality) * (1 - integrity) * (1 - availability);
}

function scoreImpact({ AV, AC, Au }: Cvss2Metrics, impact: number): number {
  if (impact === 0) return 0;
  const exploitability = 20 * WEIGHTS.AV[AV] * WEIGHTS.AC[AC] * WEIGHTS.Au[Au];
  return round((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176);
}

function lowerByTime({ E, RL, RC }: Cvss2Metrics, score: number): number {
  return round(score * WEIGHTS.E[E] * WEIGHTS.RL[RL] * WEIGHTS.RC[RC]);
}

/** To one decimal, halves away from zero. The tolerance is for halves that floating point puts just below: 4.35 × 10. */
function round(value: number): number {
  return (Math.sign(value) * Math.floor(Math.abs(value) * 10 + 0.5 + 1e-9)) / 10;
}
