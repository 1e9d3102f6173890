import { parseSelector, type Selectable, type Selector, selectorMatches } from '../inventory/selector.ts';
import type { PolicySpec } from './policy-spec.ts';
import { durationSeconds } from './window.ts';

/** A ring as a change document holds it. */
export interface AssignedRing {
  name: string;
  assets: string[];
  max_in_flight: number;
  bake_seconds: number;
}

export interface RingAssignment {
  /** In the policy's order; a ring that no machine matches is there, empty. */
  rings: AssignedRing[];
  /** Machines the policy selects and no ring matches: a policy that leaves any out is wrong. */
  unassigned: string[];
  /** Machines the policy does not mean. */
  not_selected: string[];
}

/**
 * Puts each machine that a policy selects into the first ring that matches it.
 * @throws RangeError for a selector or a duration that a checked policy cannot hold.
 */
export function assignRings(
  spec: Pick<PolicySpec, 'select' | 'rings'>,
  assets: readonly (Selectable & { id: string })[],
): RingAssignment {
  const selector = readSelector(spec.select);
  const rings = spec.rings.map(({ name, select, max_in_flight, bake }) => ({
    selector: readSelector(select),
    ring: { name, assets: [] as string[], max_in_flight, bake_seconds: readSeconds(bake) },
  }));
  const assignment: RingAssignment = { rings: rings.map(({ ring }) => ring), unassigned: [], not_selected: [] };
  for (const asset of assets) {
    if (!selectorMatches(selector, asset)) {
      assignment.not_selected.push(asset.id);
      continue;
    }
    const first = rings.find((ring) => selectorMatches(ring.selector, asset));
    (first?.ring.assets ?? assignment.unassigned).push(asset.id);
  }
  return assignment;
}

function readSelector(text: string): Selector {
  const selector = parseSelector(text);
  if ('error' in selector) throw new RangeError(`not a selector: ${text}: ${selector.error}`);
  return selector;
}

function readSeconds(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds === null) throw new RangeError(`not a duration: ${text}`);
  return seconds;
}
