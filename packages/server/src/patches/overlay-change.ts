import type { Blocker } from '@fleetmend/domain/inventory/asset.ts';
import type { PatchAssetState } from '@fleetmend/domain/patches/patch-state.ts';
import type { Db } from '../platform/database.ts';

/** An open change that ships a patch to assets; `failed` are those of them where its deployment failed. */
export interface OpenChange {
  change: string;
  state: string;
  assets: readonly string[];
  failed?: readonly string[];
}

/** What later stages know of patches, by patch id. The composition root provides it. */
export type ReadOpenChanges = (db: Db) => Promise<Map<string, OpenChange[]>>;

/** What an open change in each state waits for, and what a person does next. */
const WAITS: Record<string, { kind: Blocker['kind']; text: string; next_step: string }> = {
  planning: { kind: 'plan', text: 'is being planned', next_step: 'Wait for the machines to compute the exact plan.' },
  in_review: { kind: 'approval', text: 'waits for approval', next_step: 'Approve it.' },
  approved: {
    kind: 'window',
    text: 'is approved and waits to be started in its window',
    next_step: 'Start its rollout.',
  },
  running: { kind: 'gate', text: 'is being rolled out', next_step: 'Watch its rollout.' },
};

/**
 * An asset's relation to a patch once changes are considered: one that is missing and inside an open change waits for that,
 * unless its deployment there has failed. Nothing else is changed: a hold stays a hold, silence stays unknown.
 */
export function overlayChange(state: PatchAssetState, asset: string, changes: readonly OpenChange[]): PatchAssetState {
  if (state.state !== 'missing') return state;
  const change = changes.find(({ assets }) => assets.includes(asset));
  if (change === undefined) return state;
  if (change.failed?.includes(asset)) {
    return {
      state: 'failed',
      blocked_by: state.blocked_by,
      next_step: `See why it failed in ${change.change}, then retry or roll back.`,
    };
  }
  const wait = WAITS[change.state];
  if (wait === undefined) return state;
  const blocker: Blocker = { kind: wait.kind, text: `${change.change} ${wait.text}.`, owner: null, until: null };
  return {
    state: 'waiting',
    blocked_by: [blocker, ...state.blocked_by],
    next_step: `${change.change}: ${wait.next_step}`,
  };
}
