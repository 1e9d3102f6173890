import { z } from 'zod';
import { type Job, job } from '../platform/jobs.ts';
import { noteMoves } from './note-moves.ts';
import { recordOffers } from './record-offers.ts';

/** The background work of patches. */
export const patchesJobs: Record<string, Job> = {
  'patches.note-moves': job(z.looseObject({}), noteMoves),
  'patches.record-offers': job(z.object({ assets: z.array(z.string()) }), (ctx, { assets }) =>
    recordOffers(ctx, assets),
  ),
};
