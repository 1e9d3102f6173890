import { z } from 'zod';
import { type Job, job } from '../platform/jobs.ts';
import { scheduleFeeds } from './schedule-feeds.ts';

/** The background work of feeds: finding out which one is due. */
export const feedsJobs: Record<string, Job> = {
  'feeds.schedule': job(z.looseObject({}), scheduleFeeds, { schedule: '* * * * *' }),
};
