import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { STEPS, type Step } from '@fleetmend/domain/changes/change-document.ts';
import { orderId } from '@fleetmend/domain/deployments/order-id.ts';
import type { DeploymentState } from '@fleetmend/domain/rollouts/deployment-machine.ts';
import type { RolloutState } from '@fleetmend/domain/rollouts/rollout-model.ts';
import { z } from 'zod';
import { findChange } from '../changes/approve-change.ts';
import { recordAssetEvent } from '../inventory/inventory.store.ts';
import { type Ctx, wake, wakeEach } from '../platform/context.ts';
import { type Job, job } from '../platform/jobs.ts';
import { lockRollout } from '../rollouts/rollout.store.ts';
import { stepRollout } from '../rollouts/step-rollout.ts';
import { insertOrder, withdrawOrders } from './deployment.store.ts';

const wanted = z.object({
  rollout: z.string(),
  change: z.string(),
  asset: z.string(),
  step: z.enum(STEPS),
  attempt: z.int(),
});

/** What a machine is doing while each order is out. */
const DOING = {
  install: 'installing',
  reboot: 'rebooting',
  probe: 'probing',
  rollback: 'rolling_back',
} as const satisfies Record<Step, DeploymentState>;

/** Whether the rollout still wants what it asked for: it may have been stopped, or turned back, before this job had its turn. */
function isWanted(step: Step, rollout: RolloutState, deployment: DeploymentState): boolean {
  const isOpen = step === 'rollback' ? rollout === 'rolling_back' : rollout === 'running' || rollout === 'paused';
  return isOpen && deployment === DOING[step];
}

/** Makes the order that the engine asked for. Its id says all that makes it one: asked for twice, it is issued once. */
async function issueOrder(ctx: Ctx, order: z.infer<typeof wanted>): Promise<void> {
  const { rollout, change: changeId, asset, step, attempt } = order;
  const model = (await lockRollout(ctx.db, rollout))?.model;
  const record = model?.deployments[asset];
  if (model === undefined || record?.attempt !== attempt) return;
  if (!isWanted(step, model.state, record.state)) {
    await stepRollout(ctx, rollout, { type: 'withdrawn', asset });
    return;
  }
  const change = await findChange(ctx, changeId);
  const id = orderId({ change_digest: change.digest ?? '', asset, step, attempt }, nodeCryptography);
  await insertOrder(ctx.db, { id, rollout, change: change.id, asset, step, attempt }, ctx.now);
  await wake(ctx, `host:${asset}`);
  await recordAssetEvent(
    ctx,
    asset,
    'order',
    `Ordered to ${step}${attempt > 1 ? ` (attempt ${attempt})` : ''}: ${change.title}.`,
    change.id,
  );
}

async function withdraw(ctx: Ctx, rollout: string): Promise<void> {
  const assets = await withdrawOrders(ctx.db, rollout);
  for (const asset of assets) await stepRollout(ctx, rollout, { type: 'withdrawn', asset });
  await wakeEach(
    ctx,
    assets.map((asset) => `host:${asset}`),
  );
}

export const deploymentsJobs: Record<string, Job> = {
  'deployments.issue': job(wanted, issueOrder),
  'deployments.withdraw': job(z.object({ rollout: z.string() }), (ctx, { rollout }) => withdraw(ctx, rollout)),
};
