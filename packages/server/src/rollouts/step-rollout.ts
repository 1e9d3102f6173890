import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import type { ChangeDocument } from '@fleetmend/domain/changes/change-document.ts';
import type { ChangeEvent } from '@fleetmend/domain/changes/change-machine.ts';
import { nextTick, step } from '@fleetmend/domain/rollouts/rollout-engine.ts';
import type {
  RolloutEffect,
  RolloutEvent,
  RolloutModel,
  RolloutPlan,
} from '@fleetmend/domain/rollouts/rollout-model.ts';
import { lockChange, moveChange } from '../changes/change.store.ts';
import { type Ctx, emit, enqueue, wake } from '../platform/context.ts';
import { lockRollout, type StoredRollout, writeStep } from './rollout.store.ts';

/** What the engine needs of an approved document. */
export function planOf(document: ChangeDocument): RolloutPlan {
  return {
    rings: document.rings,
    has_gates: document.gates.length > 0,
    on_gate_fail: document.on_gate_fail,
    reboot: document.reboot,
    windows: document.windows,
    can_roll_back: new Set(
      document.targets.filter(({ rollback }) => rollback.class !== 'none').map(({ asset }) => asset),
    ),
  };
}

/** @throws Problem `not-found` */
export async function findRollout(ctx: Ctx, id: string): Promise<{ stored: StoredRollout; plan: RolloutPlan }> {
  const stored = await lockRollout(ctx.db, id.toUpperCase());
  const change = stored === null ? null : await lockChange(ctx.db, stored.change);
  const document = change?.document ? parseChangeDocument(change.document) : null;
  if (stored === null || document === null) throw new Problem('not-found', `There is no rollout "${id}".`);
  return { stored, plan: planOf(document) };
}

/**
 * Gives the engine one event: its new model, the orders and events it asks for and the change's own state commit
 * together, or not at all.
 */
export async function stepRollout(ctx: Ctx, id: string, event: RolloutEvent): Promise<RolloutModel> {
  const { stored, plan } = await findRollout(ctx, id);
  const now = ctx.now.toISOString();
  const { model, effects } = step(plan, stored.model, event, now);
  await scheduleTick(ctx, stored.id, plan, model);
  // A machine reports every few seconds, for ever: what says nothing new is not kept, and nobody is woken for it.
  if (effects.length === 0 && JSON.stringify(model) === JSON.stringify(stored.model)) return model;
  await writeStep(ctx.db, stored, model, event, ctx.now);
  await carryOut(ctx, stored, effects);
  await followChange(ctx, stored.change, model);
  await wake(ctx, `rollout:${stored.id}`);
  return model;
}

/** Puts effects on their way; what is done about an order is the business of the stage downstream. */
export async function carryOut(
  ctx: Ctx,
  { id, change }: Pick<StoredRollout, 'id' | 'change'>,
  effects: readonly RolloutEffect[],
): Promise<void> {
  const orders = effects.flatMap((effect) => {
    const { type, ...order } = effect;
    return type === 'order' ? [order] : [];
  });
  if (orders.length > 0) await enqueue(ctx, 'deployments.issue', { rollout: id, change, orders });
  for (const effect of effects) {
    switch (effect.type) {
      case 'withdraw_orders':
        await enqueue(ctx, 'deployments.withdraw', { rollout: id });
        break;
      case 'emit':
        await emit(ctx, `rollout.${effect.event}`, { rollout: id, change, detail: effect.detail });
        break;
      case 'emit_deployment':
        await emit(ctx, `deployment.${effect.event}`, {
          rollout: id,
          change,
          asset: effect.asset,
          detail: effect.detail,
        });
        break;
    }
  }
}

/** The engine looks again when the next of its times has come; one waiting look per rollout is enough. */
export async function scheduleTick(ctx: Ctx, id: string, plan: RolloutPlan, model: RolloutModel): Promise<void> {
  const at = nextTick(plan, model, ctx.now.toISOString());
  if (at !== null) await enqueue(ctx, 'rollouts.tick', { rollout: id }, { key: `tick:${id}`, run_at: new Date(at) });
}

const CHANGE_EVENTS: Partial<Record<RolloutModel['state'], ChangeEvent>> = {
  succeeded: 'succeed',
  failed: 'end_with_failures',
  stopped: 'end_with_failures',
  rolled_back: 'roll_back',
};

async function followChange(ctx: Ctx, id: string, { state }: RolloutModel): Promise<void> {
  const event = CHANGE_EVENTS[state];
  const change = event === undefined ? null : await lockChange(ctx.db, id);
  if (event !== undefined && change !== null) await moveChange(ctx.db, change, event);
}
