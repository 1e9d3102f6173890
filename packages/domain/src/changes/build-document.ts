import type { ChangeDocument, Gate, Operation, Target } from './change-document.ts';

/** What a machine answered when it was asked for its exact plan. */
export type PlanAnswer =
  | { outcome: 'planned'; operations: Operation[]; rollback: Target['rollback'] }
  | { outcome: 'impossible'; reason: string };

export interface PlannedAsset {
  asset: string;
  hostname: string;
  key: string;
  answer: PlanAnswer;
}

/** All of a document that does not come from the machines. */
export interface DocumentFrame extends Omit<ChangeDocument, 'type' | 'targets' | 'rings'> {
  gates: Gate[];
  rings: ChangeDocument['rings'];
}

/**
 * The document that people will sign, or the reasons why there can be none. Strict on purpose: a machine that cannot
 * follow the plan, or has no way back that nobody consented to lose, stops the whole change before anyone signs it.
 */
export function buildDocument(
  frame: DocumentFrame,
  planned: readonly PlannedAsset[],
): { document: ChangeDocument } | { impossible: string[] } {
  const impossible: string[] = [];
  const targets: Target[] = [];
  for (const { asset, hostname, key, answer } of planned) {
    if (answer.outcome === 'impossible') {
      impossible.push(`${hostname}: ${answer.reason}`);
      continue;
    }
    if (answer.rollback.class === 'none' && !frame.accepts_no_rollback) {
      impossible.push(
        `${hostname}: there is no way back (${answer.rollback.reason ?? 'no reason given'}), and the change does not accept that.`,
      );
      continue;
    }
    targets.push({
      asset,
      hostname,
      key,
      operations: sortOperations(answer.operations),
      rollback: { ...answer.rollback, operations: sortOperations(answer.rollback.operations) },
    });
  }
  if (impossible.length > 0) return { impossible };
  targets.sort((a, b) => (a.asset < b.asset ? -1 : 1));
  const inPlan = new Set(targets.map(({ asset }) => asset));
  const rings = frame.rings
    .map((ring) => ({ ...ring, assets: ring.assets.filter((asset) => inPlan.has(asset)).sort() }))
    .filter(({ assets }) => assets.length > 0);
  return { document: { ...frame, type: 'fleetmend/change/v1', rings, targets } };
}

/** One order for one content, so that the same plan always has the same digest. */
function sortOperations(operations: readonly Operation[]): Operation[] {
  const name = ({ package: name, architecture }: Operation) => `${name}:${architecture}`;
  return [...operations].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}
