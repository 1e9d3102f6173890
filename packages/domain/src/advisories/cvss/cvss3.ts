import { CVSS3_FORMAT, type Cvss3Metrics } from './cvss3-metrics.ts';
import { parseMetrics } from './metric-table.ts';

export interface Cvss3 {
  version: '3.0' | '3.1';
  metrics: Cvss3Metrics;
}

const IMPACT = { H: 0.56, L: 0.22, N: 0 };
const REQUIREMENT = { X: 1, H: 1.5, M: 1, L: 0.5 };
const WEIGHTS = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  PR: { U: { N: 0.85, L: 0.62, H: 0.27 }, C: { N: 0.85, L: 0.68, H: 0.5 } },
  E: { X: 1, H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { X: 1, U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { X: 1, C: 1, R: 0.96, U: 0.92 },
} as const;

/** Reads a CVSS 3.0 or 3.1 vector; null if it is none. */
export function parseCvss3(text: string): Cvss3 | null {
  const version = text.startsWith('CVSS:3.1/') ? '3.1' : text.startsWith('CVSS:3.0/') ? '3.0' : null;
  if (version === null) return null;
  const metrics = parseMetrics(text.slice('CVSS:3.x/'.length), CVSS3_FORMAT);
  return metrics === null ? null : { version, metrics };
}

/** The base score (CVSS v3.1 specification, section 7.1; the same equations serve 3.0). */
export function cvss3BaseScore({ metrics }: Cvss3): number {
  const { C, I, A, S } = metrics;
  const lost = shareLost(IMPACT[C], IMPACT[I], IMPACT[A]);
  const impact = S === 'U' ? 6.42 * lost : 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15;
  return scoreImpact(metrics, impact);
}

/** The temporal score (section 7.2); the base score when none of its metrics is defined. */
export function cvss3TemporalScore(cvss: Cvss3): number {
  return lowerByTime(cvss, cvss3BaseScore(cvss));
}

/** The environmental score (section 7.3), of the modified metrics and the requirements. */
export function cvss3EnvironmentalScore(cvss: Cvss3): number {
  const { version, metrics } = cvss;
  const modified = applyModified(metrics);
  const { C, I, A, S, CR, IR, AR } = modified;
  const lost = Math.min(
    0.915,
    shareLost(IMPACT[C] * REQUIREMENT[CR], IMPACT[I] * REQUIREMENT[IR], IMPACT[A] * REQUIREMENT[AR]),
  );
  // 3.1 bends this curve, lest a requirement that rises lower the score (user guide 3.1, section 2.5).
  const bend = version === '3.0' ? (lost - 0.02) ** 15 : (lost * 0.9731 - 0.02) ** 13;
  const impact = S === 'U' ? 6.42 * lost : 7.52 * (lost - 0.029) - 3.25 * bend;
  return lowerByTime(cvss, scoreImpact(modified, impact));
}

function applyModified(metrics: Cvss3Metrics): Cvss3Metrics {
  const { MAV, MAC, MPR, MUI, MS, MC, MI, MA } = metrics;
  return {
    ...metrics,
    AV: MAV === 'X' ? metrics.AV : MAV,
    AC: MAC === 'X' ? metrics.AC : MAC,
    PR: MPR === 'X' ? metrics.PR : MPR,
    UI: MUI === 'X' ? metrics.UI : MUI,
    S: MS === 'X' ? metrics.S : MS,
    C: MC === 'X' ? metrics.C : MC,
    I: MI === 'X' ? metrics.I : MI,
    A: MA === 'X' ? metrics.A : MA,
  };
}

function shareLost(confidentiality: number, integrity: number, availability: number): number {
  return 1 - (1 - confidentiality) * (1 - integrity) * (1 - availability);
}

function scoreImpact({ AV, AC, PR, UI, S }: Cvss3Metrics, impact: number): number {
  if (impact <= 0) return 0;
  const exploitability = 8.22 * WEIGHTS.AV[AV] * WEIGHTS.AC[AC] * WEIGHTS.PR[S][PR] * WEIGHTS.UI[UI];
  return roundUp(Math.min((S === 'U' ? 1 : 1.08) * (impact + exploitability), 10));
}

function lowerByTime({ metrics: { E, RL, RC } }: Cvss3, score: number): number {
  return roundUp(score * WEIGHTS.E[E] * WEIGHTS.RL[RL] * WEIGHTS.RC[RC]);
}

/**
 * To one decimal, upwards, from five (3.1 specification, appendix A): 4.02 becomes 4.1, 4.0 stays 4.0. 3.0 rounds the number
 * itself; no vector has digits so small that it matters (`exactness.test.ts` tries them all).
 */
function roundUp(value: number): number {
  return Math.ceil(Math.round(value * 100_000) / 10_000) / 10;
}
