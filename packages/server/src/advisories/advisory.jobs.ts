import { z } from 'zod';
import { readFeedRow } from '../feeds/feed.queries.ts';
import { isFeedDue } from '../feeds/feed-due.ts';
import { isFeedId } from '../feeds/registry.ts';
import { type Job, job } from '../platform/jobs.ts';
import { syncFeed } from './load-feed.ts';

/** The background work of advisories: loading a feed. One that was scheduled while another load ran is looked at again first. */
export const advisoriesJobs: Record<string, Job> = {
  'advisories.load-feed': job(
    z.object({ feed: z.string(), is_scheduled: z.boolean().default(false) }),
    async (ctx, { feed, is_scheduled }) => {
      if (!isFeedId(feed)) return;
      if (is_scheduled && !isFeedDue(await readFeedRow(ctx.db, feed), ctx.now)) return;
      await syncFeed(ctx, feed);
    },
    { is_own_transaction: true },
  ),
};
