import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { STEPS } from '@fleetmend/domain/changes/change-document.ts';
import { orderId } from '@fleetmend/domain/deployments/order-id.ts';
import { z } from 'zod';
import { findChange } from '../changes/approve-change.ts';
import { recordAssetEvent } from '../inventory/inventory.store.ts';
import type { Ctx } from '../platform/context.ts';
import { type Job, job } from '../platform/jobs.ts';
import { stepRollout } from '../rollouts/step-rollout.ts';
import { insertOrder, withdrawOrders } from './deployment.store.ts';

const wanted = z.object({
  rollout: z.string(),
  change: z.string(),
  asset: z.string(),
  step: z.enum(STEPS),
  attempt: z.int(),
});

/** Makes the order that the engine asked for. Its id says all that makes it one: asked for twice, it is issued once. */
async function issueOrder(
  ctx: Ctx,
  { rollout, change: changeId, asset, step, attempt }: z.infer<typeof wanted>,
): Promise<void> {
  const change = await findChange(ctx, changeId);
  const id = orderId({ change_digest: change.digest ?? '', asset, step, attempt }, nodeCryptography);
  await insertOrder(ctx.db, { id, rollout, change: change.id, asset, step, attempt }, ctx.now);
  await recordAssetEvent(
    ctx,
    asset,
    'order',
    `Ordered to ${step}${attempt > 1 ? ` (attempt ${attempt})` : ''}: ${change.title}.`,
    change.id,
  );
}

async function withdraw(ctx: Ctx, rollout: string): Promise<void> {
  for (const asset of await withdrawOrders(ctx.db, rollout))
    await stepRollout(ctx, rollout, { type: 'withdrawn', asset });
}

export const deploymentsJobs: Record<string, Job> = {
  'deployments.issue': job(wanted, issueOrder),
  'deployments.withdraw': job(z.object({ rollout: z.string() }), (ctx, { rollout }) => withdraw(ctx, rollout)),
};
