import { z } from 'zod';
import { type Ctx, enqueue } from '../platform/context.ts';
import { type Job, job } from '../platform/jobs.ts';
import { listOpenRollouts } from './rollout.queries.ts';
import { stepRollout } from './step-rollout.ts';

/**
 * Looks at every open rollout once a minute, so that a lost look costs a minute and not a rollout. Each in a transaction
 * of its own: one that cannot be looked at is no trouble of the others.
 */
async function tickAll(ctx: Ctx): Promise<void> {
  for (const id of await listOpenRollouts(ctx.db))
    await enqueue(ctx, 'rollouts.tick', { rollout: id }, { key: `tick:${id}` });
}

export const rolloutsJobs: Record<string, Job> = {
  'rollouts.tick': job(z.object({ rollout: z.string() }), async (ctx, { rollout }) => {
    await stepRollout(ctx, rollout, { type: 'tick' });
  }),
  'rollouts.tick-all': job(z.unknown(), tickAll, { schedule: '* * * * *' }),
};
