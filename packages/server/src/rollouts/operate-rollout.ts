import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { step } from '@fleetmend/domain/rollouts/rollout-engine.ts';
import { openRollout, possibleActions, type RolloutEvent } from '@fleetmend/domain/rollouts/rollout-model.ts';
import { readCurrentRoot } from '../access/trust-root.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { findChange } from '../changes/approve-change.ts';
import { moveChange } from '../changes/change.store.ts';
import { type Ctx, emit } from '../platform/context.ts';
import { nextNumber } from '../platform/counter.ts';
import { findOpenRollout } from './rollout.queries.ts';
import { insertRollout, writeStep } from './rollout.store.ts';
import { carryOut, findRollout, planOf, scheduleTick, stepRollout } from './step-rollout.ts';

/** Starts an approved change. @returns the rollout's id. @throws Problem `not-found`, `state-conflict` */
export async function startRollout(ctx: Ctx, changeId: string): Promise<string> {
  const change = await findChange(ctx, changeId);
  const document = change.document === null ? null : parseChangeDocument(change.document);
  if (document === null || (await moveChange(ctx.db, change, 'start')) === null) {
    throw new Problem(
      'state-conflict',
      `${change.id} is ${change.state.replace('_', ' ')}; only an approved change can be started.`,
    );
  }
  const current = await readCurrentRoot(ctx.db);
  if (current?.root.version !== document.root_version) {
    throw new Problem(
      'state-conflict',
      `The trust root has changed since ${change.id} was planned, so every machine would refuse it. Cancel it and make a new change.`,
    );
  }
  const plan = planOf(document);
  // Whoever starts another rollout waits here for its number, so that of two for one machine the second sees the first.
  const number = await nextNumber(ctx.db, 'rollout');
  const busy = await findOpenRollout(
    ctx.db,
    document.targets.map(({ asset }) => asset),
  );
  if (busy !== null) {
    throw new Problem(
      'state-conflict',
      `${busy.hostname} still takes part in ${busy.rollout}; wait until that has ended, or stop it.`,
    );
  }
  const id = `RO-${number}`;
  const stored = { id, change: change.id, model: openRollout(plan, ctx.now.toISOString()) };
  await insertRollout(ctx.db, { ...stored, number });
  const { model, effects } = step(plan, stored.model, { type: 'tick' }, ctx.now.toISOString());
  await writeStep(ctx.db, stored, model, { type: 'tick' }, ctx.now);
  await carryOut(ctx, stored, effects);
  await scheduleTick(ctx, id, plan, model);
  await recordAudit(ctx, {
    verb: 'rollout.start',
    object: `rollout/${id}`,
    detail: { change: change.id, digest: change.digest },
  });
  await emit(ctx, 'rollout.started', { rollout: id, change: change.id });
  return id;
}

export type Action = 'pause' | 'resume' | 'stop' | 'rollback' | 'retry';

/** A person's hand on a rollout. Stop and pause are anyone's who operates; nothing here can start what was not approved. */
export async function operateRollout(ctx: Ctx, id: string, action: Action, reason: string): Promise<string> {
  const { stored, plan } = await findRollout(ctx, id);
  if (!possibleActions(plan, stored.model).includes(action)) {
    throw new Problem(
      'state-conflict',
      `${stored.id} is ${stored.model.state.replace('_', ' ')}; ${action} is not possible.`,
    );
  }
  const why = reason === '' ? `by ${ctx.actor.label}` : `by ${ctx.actor.label}: ${reason}`;
  const events: Record<Action, RolloutEvent> = {
    pause: { type: 'pause', reason: `Paused ${why}` },
    resume: { type: 'resume' },
    stop: { type: 'stop', reason: `Stopped ${why}` },
    rollback: { type: 'roll_back', reason: `Rolled back ${why}` },
    retry: { type: 'retry' },
  };
  await recordAudit(ctx, {
    verb: `rollout.${action}`,
    object: `rollout/${stored.id}`,
    detail: { change: stored.change, reason },
  });
  await stepRollout(ctx, stored.id, events[action]);
  return stored.id;
}
