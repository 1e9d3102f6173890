import { decidePatch, UNNAMED } from './decide-patch.ts';
import type { AffectedAsset, PatchFacts } from './patch-facts.ts';
import type { RankedPatch } from './rank-patches.ts';
import { compareDecisions, DECISION_WORDS, type Decision } from './ssvc.ts';

/** What would have to be otherwise; exactly one is set. */
export type DropCondition = { patched: readonly string[] } | { ruled_out: readonly string[] } | { automatable: 'no' };

/** A condition under which a patch stands in a lower bucket, that bucket, and both in words. */
export interface Drop {
  condition: DropCondition;
  decision: Decision;
  text: string;
}

/** How many vulnerabilities are named. */
const NAMED = 3;

/**
 * What would move a patch to a lower bucket: machines that are patched before the others, else vulnerabilities that turn
 * out to be none, else, where nobody names any, that what it fixes cannot be automated. Null in the lowest bucket.
 */
export function findDrop(patch: Pick<RankedPatch, 'facts' | 'decided' | 'model'>): Drop | null {
  if (patch.decided.decision === 'track') return null;
  return dropByAssets(patch) ?? dropByVulnerabilities(patch) ?? dropByAutomation(patch);
}

type Input = Parameters<typeof findDrop>[0];

/** The facts of a patch as they were if a condition held. */
export function applyCondition(facts: PatchFacts, condition: DropCondition): PatchFacts {
  if ('patched' in condition) return withoutAssets(facts, condition.patched);
  if ('ruled_out' in condition) return ruleOut(facts, condition.ruled_out);
  const points = { exploitation: null, automatable: condition.automatable, technical_impact: null, as_of: null };
  return { ...facts, vulnerabilities: [{ ...UNNAMED, ssvc: points }] };
}

/** What only machines had that are patched is gone with them. */
function withoutAssets(facts: PatchFacts, patched: readonly string[]): PatchFacts {
  const detections = facts.detections.filter(({ asset }) => !patched.includes(asset));
  const left = new Set(detections.map(({ vulnerability }) => vulnerability));
  const before = new Set(facts.detections.map(({ vulnerability }) => vulnerability));
  return {
    ...facts,
    detections,
    affected: facts.affected.filter(({ id }) => !patched.includes(id)),
    vulnerabilities: facts.vulnerabilities.filter(({ id }) => left.has(id) || !before.has(id)),
  };
}

function ruleOut(facts: PatchFacts, ids: readonly string[]): PatchFacts {
  return {
    ...facts,
    vulnerabilities: facts.vulnerabilities.filter(({ id }) => !ids.includes(id)),
    ruled_out: [...facts.ruled_out, ...ids],
  };
}

function dropByAssets(patch: Input): Drop | null {
  const { affected } = patch.facts;
  const isHigh = ({ worth }: AffectedAsset) => worth.criticality === 'high';
  const isLow = ({ worth }: AffectedAsset) => worth.criticality === 'low' && worth.data_sensitivity !== 'confidential';
  const high = affected.filter(isHigh);
  const others = affected.filter((each) => !isLow(each));
  const low = machines(affected.length - others.length);
  return (
    tryAssets(
      patch,
      high,
      `the ${machines(high.length)} of high criticality ${high.length === 1 ? 'is' : 'are'} patched`,
    ) ?? tryAssets(patch, others, `only the ${low} of low criticality without confidential data ${isOrAre(low)} left`)
  );
}

function tryAssets(patch: Input, patched: readonly AffectedAsset[], when: string): Drop | null {
  if (patched.length === 0 || patched.length === patch.facts.affected.length) return null;
  return lowered(patch, { patched: patched.map(({ id }) => id) }, when);
}

function dropByVulnerabilities(patch: Input): Drop | null {
  const { facts, decided, model } = patch;
  const ids = facts.vulnerabilities
    .filter((each) => decidePatch({ ...facts, vulnerabilities: [each] }, model.weights).decision === decided.decision)
    .map(({ id }) => id);
  if (ids.length === 0) return null;
  const named =
    ids.length <= NAMED ? ids.join(', ') : `${ids.slice(0, NAMED).join(', ')} and ${ids.length - NAMED} more`;
  return lowered(patch, { ruled_out: ids }, `${named} ${ids.length === 1 ? 'were' : 'were all'} ruled out`);
}

function dropByAutomation(patch: Input): Drop | null {
  return lowered(patch, { automatable: 'no' }, 'no attack on what it fixes could be automated');
}

/** Only what really lowers is said. */
function lowered({ facts, decided, model }: Input, condition: DropCondition, when: string): Drop | null {
  const { decision } = decidePatch(applyCondition(facts, condition), model.weights);
  if (compareDecisions(decision, decided.decision) <= 0) return null;
  return { condition, decision, text: `Would drop to ${DECISION_WORDS[decision]} if ${when}.` };
}

function machines(count: number): string {
  return count === 1 ? '1 machine' : `${count} machines`;
}

function isOrAre(counted: string): string {
  return counted.startsWith('1 ') ? 'is' : 'are';
}
