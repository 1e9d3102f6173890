import type { FeedFreshness } from '../feeds/feed-freshness.ts';
import type { VersionedModel } from '../policies/ranking-model.ts';
import { decidePatch, type PatchDecision } from './decide-patch.ts';
import { isSecurityRelevant, type PatchFacts } from './patch-facts.ts';
import { jointLikelihood, type PatchScore, scorePatch } from './score-patch.ts';
import { compareDecisions } from './ssvc.ts';

/** A patch with its place; 1 is what to ship first. */
export interface RankedPatch extends PatchScore {
  rank: number;
  facts: PatchFacts;
  decided: PatchDecision;
  /** The weights by which it was ranked. */
  model: VersionedModel;
}

/**
 * Puts patches in the order in which to ship them: the decision first, inside it what touches a vulnerability before what
 * does not, then the score; equal scores by the exact likelihood, the number of vulnerabilities and what has waited longest. Names
 * and ids end every tie, so the order is total and stable.
 */
export function rankPatches(
  patches: readonly PatchFacts[],
  feeds: readonly FeedFreshness[],
  model: VersionedModel,
): RankedPatch[] {
  const { weights } = model;
  return patches
    .map((facts) => ({
      rank: 0,
      facts,
      decided: decidePatch(facts, weights),
      model,
      ...scorePatch(facts, feeds, weights),
    }))
    .sort(compareRanked)
    .map((patch, index) => ({ ...patch, rank: index + 1 }));
}

/** Negative when `a` is shipped first. */
export function compareRanked(a: Omit<RankedPatch, 'rank'>, b: Omit<RankedPatch, 'rank'>): number {
  return (
    compareDecisions(a.decided.decision, b.decided.decision) ||
    Number(isSecurityRelevant(b.facts)) - Number(isSecurityRelevant(a.facts)) ||
    b.score - a.score ||
    jointLikelihood(b.facts.vulnerabilities) - jointLikelihood(a.facts.vulnerabilities) ||
    b.facts.vulnerabilities.length - a.facts.vulnerabilities.length ||
    compareText(a.facts.first_seen_at, b.facts.first_seen_at) ||
    compareText(a.facts.source, b.facts.source) ||
    compareText(a.facts.to_version, b.facts.to_version) ||
    compareText(a.facts.id, b.facts.id)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
