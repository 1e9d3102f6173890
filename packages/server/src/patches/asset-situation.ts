import type { Output } from '@fleetmend/api/client.ts';
import type { Blocker, PatchState } from '@fleetmend/domain/inventory/asset.ts';
import { isReporting, wordInterval } from '@fleetmend/domain/inventory/liveness.ts';
import type { Ctx } from '../platform/context.ts';
import type { ReadOpenChanges } from './overlay-change.ts';
import { type Board, type PatchAsset, readBoard } from './read-board.ts';

type Situation = Pick<Output<'readAsset'>, 'state' | 'missing' | 'blocked_by' | 'next_step'>;

/** The worst first: an asset stands where its worst relation to any patch stands. */
const WORST_FIRST: readonly PatchState[] = ['unknown', 'failed', 'waiting', 'missing', 'patched'];
const BLOCKERS = 5;

/** Where each of these assets stands with all patches together; assets that never reported are left to be unknown. */
export async function readSituations(
  ctx: Ctx,
  assets: readonly { id: string }[],
  readOpenChanges: ReadOpenChanges,
): Promise<Map<string, Situation>> {
  return describeSituations(ctx, await readBoard(ctx, readOpenChanges), new Set(assets.map(({ id }) => id)));
}

/** The same of a board that has been read already; all of its assets where none are named. */
export function describeSituations(
  ctx: Ctx,
  board: Board,
  wanted: ReadonlySet<string> | null = null,
): Map<string, Situation> {
  const relations = new Map<string, { patch: Board['patches'][number]; relation: PatchAsset }[]>();
  for (const patch of board.patches) {
    for (const relation of patch.assets) {
      if (wanted !== null && !wanted.has(relation.asset.id)) continue;
      const own = relations.get(relation.asset.id) ?? [];
      own.push({ patch, relation });
      relations.set(relation.asset.id, own);
    }
  }
  const situations = new Map<string, Situation>();
  for (const asset of board.assets) {
    const isWanted = wanted === null || wanted.has(asset.id);
    if (isWanted && asset.set_digest !== null)
      situations.set(asset.id, describe(ctx, asset, relations.get(asset.id) ?? []));
  }
  return situations;
}

function describe(
  ctx: Ctx,
  asset: Board['assets'][number],
  own: readonly { patch: Board['patches'][number]; relation: PatchAsset }[],
): Situation {
  const missing = { act: 0, attend: 0, track_star: 0, track: 0 };
  for (const { patch, relation } of own) if (relation.offered.length > 0) missing[patch.ranked.decided.decision]++;
  const unknown = (text: string, next_step: string): Situation => ({
    state: 'unknown',
    missing,
    blocked_by: [blocker('agent', text)],
    next_step,
  });
  if (asset.cloned_at !== null) {
    const text = `Two machines use the key of this one since ${asset.cloned_at}, or it was set back to an earlier state: it gets no orders, and its reports are not taken.`;
    return unknown(
      text,
      'Enrol the one it really is again: it keeps its history. Enrol the other as a machine of its own.',
    );
  }
  const lastCheckIn = asset.last_check_in_at === null ? null : Date.parse(asset.last_check_in_at);
  if (!isReporting(lastCheckIn, ctx.now.getTime(), wordInterval(asset.reached_by, ctx.settings.check_in_seconds))) {
    const text = `This machine has been silent since ${asset.last_check_in_at ?? 'it was enrolled'}.`;
    return unknown(
      text,
      asset.reached_by === 'ssh' ? 'See why it cannot be read over SSH.' : 'See why its agent does not report.',
    );
  }
  if (asset.reached_by === 'ssh') {
    const text =
      'This machine is read over SSH: its packages and findings are known, what it is offered is not, and nothing can be deployed to it.';
    return unknown(text, 'Enrol an agent on it to patch it from here.');
  }
  const blocked_by = own.flatMap(({ relation }) => relation.blocked_by);
  if (asset.reboot_required && !blocked_by.some(({ kind }) => kind === 'reboot')) {
    const reasons = asset.reboot_reasons.length > 0 ? ` (${asset.reboot_reasons.join(', ')})` : '';
    blocked_by.unshift(blocker('reboot', `Something installed is not in effect until it restarts${reasons}.`));
  }
  const states = new Set<PatchState>(own.map(({ relation }) => relation.state));
  if (asset.reboot_required) states.add('waiting');
  const state = WORST_FIRST.find((each) => states.has(each)) ?? 'patched';
  return { state, missing, blocked_by: blocked_by.slice(0, BLOCKERS), next_step: nextStep(own, asset.reboot_required) };
}

function nextStep(
  own: readonly { patch: Board['patches'][number]; relation: PatchAsset }[],
  needsReboot: boolean,
): string {
  const first =
    own.find(({ relation }) => relation.state === 'failed' || relation.state === 'missing') ??
    own.find(({ relation }) => relation.state === 'waiting');
  if (first !== undefined) return `${first.patch.id} ${first.patch.group.source}: ${first.relation.next_step}`;
  return needsReboot ? 'Restart the machine.' : 'Nothing: this machine lacks nothing that it is offered.';
}

function blocker(kind: Blocker['kind'], text: string): Blocker {
  return { kind, text, owner: null, until: null };
}
