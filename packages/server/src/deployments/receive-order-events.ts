import type { OrderEvents } from '@fleetmend/api/agent-protocol.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type AssetRow, recordAssetEvent } from '../inventory/inventory.store.ts';
import { type Ctx, wake } from '../platform/context.ts';
import { stepRollout } from '../rollouts/step-rollout.ts';
import { acceptOrder, finishOrder, insertLogLine, lockOrder, type OrderRow } from './deployment.store.ts';

/** Twice what an honest agent sends of one order; a hostile one must not fill the disk. */
const MAX_LOG_LINES = 10_000;

/**
 * Takes what a host says of an order. Each event comes at least once; taken twice it changes nothing.
 * @throws Problem `not-found` for an order that is not this host's.
 */
export async function receiveOrderEvents(ctx: Ctx, asset: AssetRow, { order: id, events }: OrderEvents): Promise<void> {
  const order = await lockOrder(ctx.db, id, asset.id);
  if (order === null) throw new Problem('not-found', 'This host was never given this order.');
  for (const event of events) {
    if (event.type === 'accepted') await acceptOrder(ctx.db, id, event.at);
    else if (event.type === 'result') await takeResult(ctx, asset, order, event.result);
    else if (event.sequence < MAX_LOG_LINES) await insertLogLine(ctx.db, id, event);
  }
  await wake(ctx, `rollout:${order.rollout}`);
  // What is installed has to be seen in effect: the host is asked for a later report.
  if (events.some(({ type }) => type === 'result')) await wake(ctx, `host:${asset.id}`);
}

async function takeResult(ctx: Ctx, asset: AssetRow, order: OrderRow, result: OrderResult): Promise<void> {
  if (!(await finishOrder(ctx.db, order.id, result, ctx.now))) return;
  const { outcome, code, detail } = result;
  await recordAssetEvent(ctx, asset.id, 'result', `${order.step}: ${outcome} (${code}). ${detail}`, order.change);
  await stepRollout(ctx, order.rollout, {
    type: 'result',
    asset: asset.id,
    step: order.step,
    attempt: order.attempt,
    outcome,
    code,
    detail,
    reboot_required: result.reboot_required,
    has_begun: result.started_at !== null,
  });
  // After the rollout is locked, as whoever operates it does it: each would otherwise wait for what the other holds.
  await recordAudit(ctx, {
    verb: `deployment.${order.step}.${outcome}`,
    object: `rollout/${order.rollout}`,
    detail: { asset: asset.id, hostname: asset.hostname, order: order.id, code, detail },
  });
}
