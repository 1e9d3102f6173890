import type { FeedFreshness } from '../feeds/feed-freshness.ts';
import { decidePatch } from './decide-patch.ts';
import { isSecurityRelevant, type PatchFacts } from './patch-facts.ts';
import type { RankedPatch } from './rank-patches.ts';
import { type Factor, jointLikelihood, roundTo4 } from './score-patch.ts';
import { compareDecisions, type Decision } from './ssvc.ts';

export const DECISION_WORDS = {
  act: 'ACT',
  attend: 'ATTEND',
  track_star: 'TRACK*',
  track: 'TRACK',
} as const satisfies Record<Decision, string>;

/** The two strongest reasons for a patch's place, in words. Spread alone says little, so it comes last. */
export function strongestReasons({ factors, facts }: Pick<RankedPatch, 'factors' | 'facts'>): string[] {
  const strongest = factors
    .filter(({ id, points }) => points > 0 && id !== 'spread')
    .sort((a, b) => b.points - a.points)
    .map(({ label, value }) => `${label}: ${value}`);
  const spread = factors.filter(({ id }) => id === 'spread').map(({ label, value }) => `${label}: ${value}`);
  return [...strongest, describeContent(facts), ...spread].slice(0, 2);
}

function describeContent({ is_security, vulnerabilities }: PatchFacts): string {
  const count = vulnerabilities.length === 1 ? '1 vulnerability' : `${vulnerabilities.length} vulnerabilities`;
  if (vulnerabilities.length > 0) return `${is_security ? 'Security update' : 'Update'} that clears ${count}`;
  return is_security ? 'Security update; nobody names what it fixes' : 'No vulnerability is known';
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
  const differences = patch.factors.map((factor) => ({ factor, lead: factor.points - pointsOf(next, factor.id) }));
  const gain = extreme(differences, (lead) => lead);
  const loss = extreme([...differences, ...missingIn(patch, next)], (lead) => -lead);
  const because = gain === null ? 'of its score' : `${lower(gain.factor.label)} (${signed(gain.factor.points)})`;
  if (loss === null)
    return `${name} because ${because} gives it ${gain?.lead ?? patch.score - next.score} points more.`;
  return `${name} because ${because} outweighs the other's ${lower(loss.factor.label)} (${signed(pointsOf(next, loss.factor.id))}).`;
}

function explainTie(own: PatchFacts, other: PatchFacts): string {
  const [likely, less] = [jointLikelihood(own.vulnerabilities), jointLikelihood(other.vulnerabilities)];
  if (likely !== less) return `by EPSS its likelihood is ${roundTo4(likely)} against ${roundTo4(less) || 'none known'}`;
  const [more, fewer] = [own.vulnerabilities.length, other.vulnerabilities.length];
  if (more !== fewer) return `it clears ${more} vulnerabilities against ${fewer}`;
  return own.first_seen_at === other.first_seen_at ? 'by name' : 'it has waited longer';
}

/** What would move a patch to a lower bucket; null when it is in the lowest, or when nothing that we know of would. */
export function explainDrop({ facts, decided }: RankedPatch): string | null {
  if (decided.decision === 'track') return null;
  const rest = facts.affected.filter(({ worth }) => worth.criticality !== 'high');
  const count = facts.affected.length - rest.length;
  if (count > 0 && rest.length > 0) {
    const without = decidePatch({ ...facts, affected: rest }).decision;
    if (compareDecisions(without, decided.decision) > 0) {
      return `Would drop to ${DECISION_WORDS[without]} if the ${machines(count)} of high criticality ${count === 1 ? 'is' : 'are'} patched.`;
    }
  }
  const deciding = facts.vulnerabilities.filter(
    (vulnerability) => decidePatch({ ...facts, vulnerabilities: [vulnerability] }).decision === decided.decision,
  );
  if (deciding.length === 0) return null;
  const others = facts.vulnerabilities.filter((vulnerability) => !deciding.includes(vulnerability));
  const { decision } =
    others.length > 0 ? decidePatch({ ...facts, vulnerabilities: others }) : ({ decision: 'track' } as const);
  const ids = deciding.map(({ id }) => id);
  const subject = ids.length <= 3 ? ids.join(', ') : `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`;
  return `Would drop to ${DECISION_WORDS[decision]} if ${subject} ${ids.length === 1 ? 'were' : 'all were'} ruled out.`;
}

/** Everything that is missing and was not filled in, in words. */
export function listUnknowns({ facts, decided }: RankedPatch, feeds: readonly FeedFreshness[]): string[] {
  const unknowns = [...decided.assumptions];
  if (isSecurityRelevant(facts)) unknowns.push(...worthGaps(facts), ...vulnerabilityGaps(facts));
  if (facts.counts.unknown > 0) unknowns.push(`where ${machines(facts.counts.unknown)} stand: no recent report`);
  for (const { problem } of feeds) if (problem !== null) unknowns.push(problem);
  return unknowns;
}

function worthGaps({ affected }: PatchFacts): string[] {
  const words = { criticality: 'criticality', data_sensitivity: 'data', exposure: 'exposure' } as const;
  return (['criticality', 'data_sensitivity', 'exposure'] as const).flatMap((key) => {
    const count = affected.filter(({ worth }) => worth[key] === null).length;
    return count === 0 ? [] : [`${words[key]} of ${machines(count)}: nobody has said`];
  });
}

function vulnerabilityGaps({ vulnerabilities }: PatchFacts): string[] {
  if (vulnerabilities.length === 0) return ['which vulnerabilities this fixes: nobody names them'];
  const total = vulnerabilities.length;
  const withoutEpss = vulnerabilities.filter(({ epss }) => epss === null).length;
  const withoutImpact = vulnerabilities.filter(({ cvss, severity }) => cvss === null && severity === null).length;
  return [
    ...(withoutEpss > 0 ? [`EPSS of ${withoutEpss} of ${total} vulnerabilities`] : []),
    ...(withoutImpact > 0 ? [`CVSS and severity of ${withoutImpact} of ${total} vulnerabilities`] : []),
  ];
}

interface Difference {
  factor: Factor;
  lead: number;
}

function extreme(differences: readonly Difference[], measure: (lead: number) => number): Difference | null {
  let best: Difference | null = null;
  for (const difference of differences) {
    if (measure(difference.lead) <= 0) continue;
    if (best === null || measure(difference.lead) > measure(best.lead)) best = difference;
  }
  return best;
}

/** Lines that only the other patch has. */
function missingIn(patch: RankedPatch, next: RankedPatch): Difference[] {
  return next.factors
    .filter(({ id, points }) => points > 0 && !patch.factors.some((factor) => factor.id === id))
    .map((factor) => ({ factor, lead: -factor.points }));
}

function pointsOf({ factors }: RankedPatch, id: string): number {
  return factors.find((factor) => factor.id === id)?.points ?? 0;
}

function signed(points: number): string {
  return points < 0 ? `−${-points}` : `+${points}`;
}

function lower(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}

function machines(count: number): string {
  return count === 1 ? '1 machine' : `${count} machines`;
}
