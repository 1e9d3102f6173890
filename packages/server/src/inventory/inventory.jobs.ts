import { z } from 'zod';
import { type Job, job } from '../platform/jobs.ts';
import { chooseFeeds } from './choose-feeds.ts';

/** The background work of the inventory. */
export const inventoryJobs: Record<string, Job> = {
  'inventory.choose-feeds': job(z.looseObject({}), chooseFeeds, { schedule: '*/10 * * * *' }),
};
