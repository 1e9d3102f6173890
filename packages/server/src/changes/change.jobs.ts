import { z } from 'zod';
import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { type Job, job } from '../platform/jobs.ts';
import { listExpired } from './change.queries.ts';
import { type ChangeRow, lockChange, moveChange } from './change.store.ts';
import { answerForRetired } from './plan-change.ts';

/** A change that nobody started in its windows ends by itself; hosts would refuse it anyway. */
async function expireChanges(ctx: Ctx): Promise<void> {
  const ended: ChangeRow[] = [];
  for (const id of await listExpired(ctx.db, ctx.now)) {
    const change = await lockChange(ctx.db, id);
    if (change !== null && (await moveChange(ctx.db, change, 'expire')) !== null) ended.push(change);
  }
  // Only now that all are locked: whoever holds the end of the audit log must not wait for a change.
  for (const { id, expires_at } of ended) {
    await recordAudit(ctx, {
      verb: 'change.expire',
      object: `change/${id}`,
      detail: { expires_at },
    });
  }
}

export const changesJobs: Record<string, Job> = {
  'changes.asset-retired': job(z.object({ asset: z.string() }), (ctx, { asset }) => answerForRetired(ctx, asset)),
  'changes.expire': job(z.unknown(), expireChanges, { schedule: '* * * * *' }),
};
