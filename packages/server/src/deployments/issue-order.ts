import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { STEPS, type Step } from '@fleetmend/domain/changes/change-document.ts';
import { orderId } from '@fleetmend/domain/deployments/order-id.ts';
import type { DeploymentState } from '@fleetmend/domain/rollouts/deployment-machine.ts';
import type { RolloutState } from '@fleetmend/domain/rollouts/rollout-model.ts';
import { z } from 'zod';
import { findChange } from '../changes/approve-change.ts';
import { recordAssetEvents } from '../inventory/report.store.ts';
import { type Ctx, wakeEach } from '../platform/context.ts';
import { type Job, job } from '../platform/jobs.ts';
import { lockRollout } from '../rollouts/rollout.store.ts';
import { stepRollout } from '../rollouts/step-rollout.ts';
import { insertOrders, withdrawOrders } from './deployment.store.ts';

const wanted = z.object({
  rollout: z.string(),
  change: z.string(),
  orders: z.array(z.object({ asset: z.string(), step: z.enum(STEPS), attempt: z.int() })),
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

/** Makes the orders that the engine asked for, together. Its id says all that makes one: asked for twice, it is issued once. */
async function issueOrders(ctx: Ctx, { rollout, change: changeId, orders }: z.infer<typeof wanted>): Promise<void> {
  const model = (await lockRollout(ctx.db, rollout))?.model;
  if (model === undefined) return;
  const current = orders.filter(({ asset, attempt }) => model.deployments[asset]?.attempt === attempt);
  const isDue = ({ asset, step }: (typeof orders)[number]) =>
    isWanted(step, model.state, model.deployments[asset]?.state ?? 'skipped');
  const change = await findChange(ctx, changeId);
  const change_digest = change.digest ?? '';
  const made = current
    .filter(isDue)
    .map((order) => ({ id: orderId({ change_digest, ...order }, nodeCryptography), ...order }));
  if (made.length > 0) await insertOrders(ctx.db, { rollout, change: change.id, orders: made }, ctx.now);
  await wakeEach(
    ctx,
    made.map(({ asset }) => `host:${asset}`),
  );
  const events = made.map(({ asset, step, attempt }) => {
    const text = `Ordered to ${step}${attempt > 1 ? ` (attempt ${attempt})` : ''}: ${change.title}.`;
    return { asset, kind: 'order', text, change: change.id };
  });
  if (events.length > 0) await recordAssetEvents(ctx.db, events, ctx.now);
  for (const { asset } of current.filter((order) => !isDue(order)))
    await stepRollout(ctx, rollout, { type: 'withdrawn', asset });
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
  'deployments.issue': job(wanted, issueOrders),
  'deployments.withdraw': job(z.object({ rollout: z.string() }), (ctx, { rollout }) => withdraw(ctx, rollout)),
};
