import { z } from 'zod';
import { type Job, job } from '../platform/jobs.ts';
import { deleteEnded } from './access.store.ts';

const KEPT_MILLISECONDS = 30 * 86_400_000;

export const accessJobs: Record<string, Job> = {
  'access.forget-ended': job(
    z.unknown(),
    (ctx) => deleteEnded(ctx.db, new Date(ctx.now.getTime() - KEPT_MILLISECONDS)),
    {
      schedule: '23 3 * * *',
    },
  ),
};
