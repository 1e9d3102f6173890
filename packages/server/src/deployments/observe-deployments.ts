import { judgeEffect } from '@fleetmend/domain/deployments/judge-effect.ts';
import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import type { Ctx } from '../platform/context.ts';
import { stepRollout } from '../rollouts/step-rollout.ts';
import { listObserving, readInstalled } from './deployment.store.ts';

/** Holds what a host reports now against what was installed: only this makes an installation effective. */
export async function observeDeployments(ctx: Ctx, asset: string, facts: AssetFacts): Promise<void> {
  for (const { rollout, operations, stale_before } of await listObserving(ctx.db, asset, ctx.now)) {
    const installed = await readInstalled(
      ctx.db,
      asset,
      operations.map(({ package: name }) => name),
    );
    const { needs, detail } = judgeEffect({ operations, installed, facts, stale_before });
    await stepRollout(ctx, rollout, { type: 'observed', asset, needs, detail });
  }
}
