import { isSecurityRelevant, type PatchFacts } from './patch-facts.ts';
import type { RankedPatch } from './rank-patches.ts';
import { type Factor, jointLikelihood, roundTo4 } from './score-patch.ts';
import { DECISION_WORDS } from './ssvc.ts';

/** By how many points one patch leads another in one factor; `factor` is the line of whichever has one. */
export interface Difference {
  factor: Factor;
  own: number;
  other: number;
  lead: number;
}

/** Why a patch stands above the next one; null for the last. */
export function explainAbove(patch: RankedPatch, next: RankedPatch | undefined): string | null {
  if (next === undefined) return null;
  const name = `Above ${next.facts.source} ${next.facts.to_version}`;
  const [own, other] = [patch.decided.decision, next.decided.decision];
  if (own !== other)
    return `${name} because ${DECISION_WORDS[own]} comes before ${DECISION_WORDS[other]}, whatever the score.`;
  if (isSecurityRelevant(patch.facts) !== isSecurityRelevant(next.facts)) {
    return `${name} because it touches a vulnerability and the other is known to touch none.`;
  }
  if (patch.score === next.score)
    return `${name} although both score ${patch.score}: ${explainTie(patch.facts, next.facts)}.`;
  const { gain, loss } = greatestDifferences(patch, next);
  if (gain === null) return null;
  if (loss === null) return `${name} because ${describeGain(gain)} gives it ${points(gain.lead)} more.`;
  return `${name} because ${describeGain(gain)} outweighs the other's ${lower(loss.factor.label)} (${signed(loss.other)}).`;
}

/**
 * The factor in which a patch leads most, and the one in which it trails most, by points; null where there is none. Of
 * equal differences the first line of the table counts.
 */
export function greatestDifferences(
  patch: Pick<RankedPatch, 'factors'>,
  next: Pick<RankedPatch, 'factors'>,
): { gain: Difference | null; loss: Difference | null } {
  const lines = new Map([...next.factors, ...patch.factors].map((factor) => [factor.id, factor]));
  const differences = [...lines.values()].map((factor) => {
    const [own, other] = [pointsOf(patch, factor.id), pointsOf(next, factor.id)];
    return { factor, own, other, lead: own - other };
  });
  return { gain: extreme(differences, 1), loss: extreme(differences, -1) };
}

function extreme(differences: readonly Difference[], sign: 1 | -1): Difference | null {
  let best: Difference | null = null;
  for (const difference of differences) {
    if (sign * difference.lead <= 0) continue;
    if (best === null || sign * difference.lead > sign * best.lead) best = difference;
  }
  return best;
}

/** A line that lowers, and is on the other patch alone, speaks for this one. */
function describeGain({ factor, own, other }: Difference): string {
  if (own <= 0) return `the other's ${lower(factor.label)} (${signed(other)})`;
  return `${lower(factor.label)} (${signed(own)})`;
}

function explainTie(own: PatchFacts, other: PatchFacts): string {
  const [likely, less] = [jointLikelihood(own.vulnerabilities), jointLikelihood(other.vulnerabilities)];
  if (likely !== less) return `by EPSS its likelihood is ${roundTo4(likely)} against ${roundTo4(less) || 'none known'}`;
  const [more, fewer] = [own.vulnerabilities.length, other.vulnerabilities.length];
  if (more !== fewer) return `it clears ${more} vulnerabilities against ${fewer}`;
  return own.first_seen_at === other.first_seen_at ? 'by name' : 'it has waited longer';
}

function pointsOf({ factors }: Pick<RankedPatch, 'factors'>, id: string): number {
  return factors.find((factor) => factor.id === id)?.points ?? 0;
}

function signed(value: number): string {
  return value < 0 ? `−${-value}` : `+${value}`;
}

function points(value: number): string {
  return value === 1 ? '1 point' : `${value} points`;
}

function lower(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}
