import { Problem } from '@fleetmend/api/problems.ts';
import { NO_MACHINE_ID } from '@fleetmend/domain/inventory/find-duplicates.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, emit, wake } from '../platform/context.ts';
import { readLiveness } from './describe-asset.ts';
import { findAsset } from './edit-asset.ts';
import type { AssetView } from './inventory.queries.ts';
import {
  type AssetRow,
  admitAssetRow,
  holdAsset,
  readNeedsApproval,
  readSameMachineId,
  recordAssetEvent,
  retireAssetRow,
  writeNeedsApproval,
} from './inventory.store.ts';

/**
 * Holds a machine that has just enrolled where people want to let machines in themselves, and where another machine that
 * reports has its machine id: one of them is a copy. A silent one is more likely the same machine, enrolled again.
 */
export async function holdIfNeeded(
  ctx: Ctx,
  { id, hostname, machine_id }: Pick<AssetRow, 'id' | 'hostname' | 'machine_id'>,
): Promise<void> {
  const same = NO_MACHINE_ID.test(machine_id) ? [] : await readSameMachineId(ctx.db, machine_id, id);
  const twin = same.find((asset) => readLiveness(ctx, asset) === 'reporting');
  if (twin === undefined && !(await readNeedsApproval(ctx.db))) return;
  const why = twin === undefined ? 'approval' : 'machine_id';
  await holdAsset(ctx.db, id, why, ctx.now);
  const words = twin === undefined ? '' : ` ${twin.hostname} (${twin.id}) has the same machine id, and reports.`;
  await recordAssetEvent(ctx, id, 'waiting', `Waits until a person lets it in.${words}`);
  await emit(ctx, 'asset.waiting', { asset: id, hostname, why });
}

/** Lets a machine in that waits. @throws Problem `not-found`, `state-conflict` */
export async function approveAsset(ctx: Ctx, idOrName: string): Promise<AssetView> {
  const asset = await findAsset(ctx, idOrName);
  if (!(await admitAssetRow(ctx.db, asset.id))) throw notWaiting(asset);
  await wake(ctx, `host:${asset.id}`);
  await recordAssetEvent(ctx, asset.id, 'approved', `${ctx.actor.label} let this machine in.`);
  await recordAudit(ctx, { verb: 'asset.approve', object: `asset/${asset.id}`, detail: detailOf(asset) });
  return findAsset(ctx, asset.id);
}

/** Turns a machine away that waits: its key counts no more. @throws Problem `not-found`, `state-conflict` */
export async function rejectAsset(ctx: Ctx, idOrName: string): Promise<void> {
  const asset = await findAsset(ctx, idOrName);
  if (!(await admitAssetRow(ctx.db, asset.id))) throw notWaiting(asset);
  await retireAssetRow(ctx.db, asset.id, ctx.now);
  await wake(ctx, `host:${asset.id}`);
  await recordAssetEvent(ctx, asset.id, 'rejected', `${ctx.actor.label} turned this machine away.`);
  await recordAudit(ctx, { verb: 'asset.reject', object: `asset/${asset.id}`, detail: detailOf(asset) });
}

/** Says whether machines that enrol from now on wait for a person. */
export async function putEnrolmentRule(
  ctx: Ctx,
  { needs_approval }: { needs_approval: boolean },
): Promise<{ needs_approval: boolean }> {
  await writeNeedsApproval(ctx.db, needs_approval);
  await recordAudit(ctx, { verb: 'enrolment.rule', object: 'assets', detail: { needs_approval } });
  return { needs_approval };
}

function detailOf({ hostname, machine_id, key_id }: AssetView) {
  return { hostname, machine_id, key_id };
}

function notWaiting({ hostname }: AssetView): Problem {
  return new Problem('state-conflict', `${hostname} does not wait to be let in.`);
}
