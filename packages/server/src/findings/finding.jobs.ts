import { z } from 'zod';
import { type Job, job } from '../platform/jobs.ts';
import { keepFindings } from './keep-findings.ts';

/** The background work of findings. */
export const findingsJobs: Record<string, Job> = {
  'findings.keep': job(z.looseObject({}), keepFindings, { is_standing: true }),
};
