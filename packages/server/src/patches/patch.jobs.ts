import { z } from 'zod';
import { type Job, job } from '../platform/jobs.ts';
import { recordOffers } from './record-offers.ts';

/** The background work of patches. */
export const patchesJobs: Record<string, Job> = {
  'patches.record-offers': job(z.object({ asset: z.string() }), (ctx, { asset }) => recordOffers(ctx, asset)),
};
