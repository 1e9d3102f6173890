import { z } from 'zod';
import { type Job, job } from '../platform/jobs.ts';
import { scheduleFeeds } from './schedule-feeds.ts';

/** The background work of feeds: finding out which one is due. */
export const feedsJobs: Record<string, Job> = {
  // Every ten minutes, longer than the jitter, so that one that waits is not put off again.
  'feeds.schedule': job(z.looseObject({}), scheduleFeeds, { schedule: '*/10 * * * *' }),
};
