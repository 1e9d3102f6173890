import type { Output } from '@fleetmend/api/client.ts';
import type { PolicySpec } from '@fleetmend/api/policies.ts';
import { assignRings } from '@fleetmend/domain/policies/assign-rings.ts';
import { policySentence } from '@fleetmend/domain/policies/policy-sentence.ts';
import { nextWindows } from '@fleetmend/domain/policies/window.ts';
import type { AssetView } from '../inventory/inventory.queries.ts';
import type { Policy } from './policy.queries.ts';

/** How many windows ahead a policy shows. */
const SHOWN_WINDOWS = 5;

type Described = Output<'checkPolicy'>;

/** A policy with what it means now: its sentence, how many machines it selects, when it opens next. */
export function describeSpec(
  { yaml, sha256, spec }: { yaml: string; sha256: string; spec: PolicySpec },
  assets: readonly AssetView[],
  now: Date,
): Described {
  return {
    name: spec.name,
    yaml,
    sha256,
    spec,
    sentence: policySentence(spec),
    asset_count: assets.length - assignRings(spec, assets).not_selected.length,
    next_windows: nextWindows(spec.window, now.toISOString(), SHOWN_WINDOWS),
  };
}

/** A kept policy as the API shows it. */
export function describePolicy(policy: Policy, assets: readonly AssetView[], now: Date): Output<'readPolicy'> {
  return { ...describeSpec(policy, assets, now), updated_at: policy.written_at, updated_by: policy.written_by };
}
