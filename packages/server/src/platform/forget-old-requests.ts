import { z } from 'zod';
import { forgetOldRequests } from './idempotency.ts';
import { type Job, job } from './jobs.ts';

export const platformJobs: Record<string, Job> = {
  'platform.forget-old-requests': job(z.unknown(), forgetOldRequests, { schedule: '17 3 * * *' }),
};
