import { z } from 'zod';
import { type Job, job } from '../platform/jobs.ts';
import { recomputeFindings } from './recompute-findings.ts';
import { rematch } from './rematch.ts';

/** The background work of findings. */
export const findingsJobs: Record<string, Job> = {
  'findings.recompute': job(z.object({ asset: z.string() }), (ctx, { asset }) => recomputeFindings(ctx, asset)),
  'findings.rematch': job(z.looseObject({}), rematch),
};
