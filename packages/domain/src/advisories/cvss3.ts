const WEIGHTS = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  IMPACT: { H: 0.56, L: 0.22, N: 0 },
  PR: { U: { N: 0.85, L: 0.62, H: 0.27 }, C: { N: 0.85, L: 0.68, H: 0.5 } },
} as const;

/** The base metrics of a CVSS 3.0 or 3.1 vector. */
export interface Cvss3 {
  AV: keyof typeof WEIGHTS.AV;
  AC: keyof typeof WEIGHTS.AC;
  PR: keyof typeof WEIGHTS.PR.U;
  UI: keyof typeof WEIGHTS.UI;
  S: 'U' | 'C';
  C: keyof typeof WEIGHTS.IMPACT;
  I: keyof typeof WEIGHTS.IMPACT;
  A: keyof typeof WEIGHTS.IMPACT;
}

const VALUES = { AV: 'NALP', AC: 'LH', PR: 'NLH', UI: 'NR', S: 'UC', C: 'HLN', I: 'HLN', A: 'HLN' } as const;
const METRIC = /^[A-Z]{1,3}:[A-Z]$/;

/** Reads the base metrics of a vector; null unless it is a CVSS 3.x vector with each of them exactly once. */
export function parseCvss3(vector: string): Cvss3 | null {
  const [version, ...metrics] = vector.split('/');
  if (version !== 'CVSS:3.0' && version !== 'CVSS:3.1') return null;
  const given = new Map<string, string>();
  for (const metric of metrics) {
    const [name = '', value = ''] = metric.split(':');
    if (!METRIC.test(metric) || given.has(name)) return null;
    given.set(name, value);
  }
  for (const [name, allowed] of Object.entries(VALUES)) {
    const value = given.get(name);
    if (value === undefined || !allowed.includes(value)) return null;
  }
  return Object.fromEntries(given) as unknown as Cvss3;
}

/** The base score, 0.0 to 10.0 (FIRST, CVSS v3.1 specification, section 7.1; the same arithmetic serves 3.0). */
export function cvss3BaseScore({ AV, AC, PR, UI, S, C, I, A }: Cvss3): number {
  const missed = (1 - WEIGHTS.IMPACT[C]) * (1 - WEIGHTS.IMPACT[I]) * (1 - WEIGHTS.IMPACT[A]);
  const iss = 1 - missed;
  const impact = S === 'U' ? 6.42 * iss : 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15;
  if (impact <= 0) return 0;
  const exploitability = 8.22 * WEIGHTS.AV[AV] * WEIGHTS.AC[AC] * WEIGHTS.PR[S][PR] * WEIGHTS.UI[UI];
  return roundUp(Math.min(S === 'U' ? impact + exploitability : 1.08 * (impact + exploitability), 10));
}

/** To one decimal, upwards, on whole numbers (specification, appendix A): 4.02 becomes 4.1, 4.000000000001 stays 4.0. */
function roundUp(value: number): number {
  const hundredThousandths = Math.round(value * 100_000);
  if (hundredThousandths % 10_000 === 0) return hundredThousandths / 100_000;
  return (Math.floor(hundredThousandths / 10_000) + 1) / 10;
}
