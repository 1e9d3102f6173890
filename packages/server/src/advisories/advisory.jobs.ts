import { z } from 'zod';
import { isFeedId } from '../feeds/registry.ts';
import { type Job, job } from '../platform/jobs.ts';
import { syncFeed } from './load-feed.ts';

/** The background work of advisories: loading a feed. */
export const advisoriesJobs: Record<string, Job> = {
  'advisories.load-feed': job(
    z.object({ feed: z.string() }),
    async (ctx, { feed }) => {
      if (isFeedId(feed)) await syncFeed(ctx, feed);
    },
    { is_own_transaction: true },
  ),
};
