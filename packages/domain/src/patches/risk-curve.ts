import type { VulnerabilityFacts } from '../advisories/vulnerability-facts.ts';
import type { AssetWorth } from '../inventory/asset.ts';

/** Risk is counted in whole millionths, so that sums are exact in whatever order they are made. */
export const RISK_UNIT = 1_000_000;

const CRITICALITY = { low: 1, medium: 2, high: 4 } as const;
const EXPOSURE = { isolated: 1, internal: 2, internet: 4 } as const;

/** An open finding that counts, the patches that clear it, and its risk in millionths. */
export interface FindingRisk {
  risk: number;
  patches: readonly string[];
}

/** One patch of the curve: what it removes beside those before it, and what all of them remove together. */
export interface CurvePoint {
  patch: string;
  gain: number;
  removed: number;
}

export interface RiskCurve {
  /** Of all findings that count, whether or not a patch clears them. */
  total: number;
  /** Of those that some patch clears. */
  removable: number;
  points: CurvePoint[];
}

/**
 * The risk of one finding in millionths: the chance that its vulnerability is exploited within 30 days, times the worth of
 * the asset, which is criticality (low 1, medium 2, high 4) times exposure (isolated 1, internal 2, internet 4). What is in
 * KEV, or is said by CISA to be exploited, is certain; else the chance is EPSS. An unsaid criticality is taken for medium
 * and an unsaid exposure for internet, as elsewhere. Null where nobody tells a chance: it cannot be counted, and is not 0.
 */
export function findingRisk(vulnerability: VulnerabilityFacts, worth: AssetWorth): number | null {
  const chance = chanceOf(vulnerability);
  if (chance === null) return null;
  const weight = CRITICALITY[worth.criticality ?? 'medium'] * EXPOSURE[worth.exposure ?? 'internet'];
  return Math.round(chance * RISK_UNIT) * weight;
}

function chanceOf({ known_exploited, ssvc, epss }: VulnerabilityFacts): number | null {
  if (known_exploited !== null || ssvc?.exploitation === 'active') return 1;
  return epss?.score ?? null;
}

/**
 * Which patches to ship for the most risk removed, one after the other: each is the one that removes most beside those
 * before it; of equal ones the first in `order`. A finding that two patches clear is removed once, so the sum is monotone
 * and submodular, and any beginning of the curve removes at least 1 − 1/e of what the best choice of as many patches would
 * (Nemhauser, Wolsey, Fisher 1978); where no finding is cleared by two patches it is the best choice.
 */
export function riskCurve(findings: readonly FindingRisk[], order: readonly string[]): RiskCurve {
  const place = new Map(order.map((patch, index) => [patch, index]));
  const { clears, gains } = indexFindings(findings, place);
  const left = new Set(findings.keys());
  const points: CurvePoint[] = [];
  let removed = 0;
  for (let best = takeBest(gains, place); best !== null; best = takeBest(gains, place)) {
    removed += best.gain;
    points.push({ patch: best.patch, gain: best.gain, removed });
    for (const index of clears.get(best.patch) ?? []) {
      if (!left.delete(index)) continue;
      const { risk = 0, patches = [] } = findings[index] ?? {};
      for (const other of new Set(patches)) if (gains.has(other)) gains.set(other, (gains.get(other) ?? 0) - risk);
    }
  }
  const total = findings.reduce((sum, { risk }) => sum + risk, 0);
  return { total, removable: removed, points };
}

/** Which findings each patch clears, by their place, and the risk of all of them. */
function indexFindings(
  findings: readonly FindingRisk[],
  known: ReadonlyMap<string, number>,
): { clears: Map<string, number[]>; gains: Map<string, number> } {
  const clears = new Map<string, number[]>();
  const gains = new Map<string, number>();
  for (const [index, { risk, patches }] of findings.entries()) {
    for (const patch of new Set(patches)) {
      if (!known.has(patch)) continue;
      const own = clears.get(patch) ?? [];
      own.push(index);
      clears.set(patch, own);
      gains.set(patch, (gains.get(patch) ?? 0) + risk);
    }
  }
  return { clears, gains };
}

/** Takes out the patch that removes most; null once none removes anything. */
function takeBest(
  gains: Map<string, number>,
  place: ReadonlyMap<string, number>,
): { patch: string; gain: number } | null {
  let best: { patch: string; gain: number } | null = null;
  for (const [patch, gain] of gains) {
    if (gain <= 0 || (best !== null && gain < best.gain)) continue;
    const isBefore = best === null || gain > best.gain || (place.get(patch) ?? 0) < (place.get(best.patch) ?? 0);
    if (isBefore) best = { patch, gain };
  }
  if (best !== null) gains.delete(best.patch);
  return best;
}

/** `5 of 54 patches remove 81 % of the risk that patches can remove.` and what stays beside it. */
export function describeCurve(curve: RiskCurve, { share, of }: { share: number; of: number }): string {
  const { points, removable, total } = curve;
  if (removable === 0) return 'No patch removes a risk that can be counted.';
  const count = patchesForShare(curve, share);
  const removed = points[count - 1]?.removed ?? 0;
  const rest = total - removable;
  const left = rest === 0 ? '' : ` For ${percentOf(rest, total)} of all risk no patch is offered.`;
  const verb = count === 1 ? 'removes' : 'remove';
  return `${count} of ${of} ${of === 1 ? 'patch' : 'patches'} ${verb} ${percentOf(removed, removable)} of the risk that patches can remove.${left}`;
}

/** A share as people read it, never rounded up to all or down to nothing. */
export function percentOf(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const rounded = Math.round((100 * part) / whole);
  if (rounded === 0) return 'less than 1 %';
  return rounded === 100 && part < whole ? 'more than 99 %' : `${rounded} %`;
}

/** How many patches of the curve, from its beginning, remove at least this share (0 to 1) of what patches can remove. */
export function patchesForShare({ points, removable }: RiskCurve, share: number): number {
  const index = points.findIndex(({ removed }) => removed >= share * removable);
  return index < 0 ? points.length : index + 1;
}
