import { type Ctx, enqueue } from '../platform/context.ts';
import { chooseFeed } from './choose-feed.ts';
import { listFeedRows } from './feed.queries.ts';
import { isFeedDue } from './feed-due.ts';

/** Asks for a load of each feed that is read and whose time has come; the first one comes at once. Run as often as one likes. */
export async function scheduleFeeds(ctx: Ctx): Promise<void> {
  for (const row of await listFeedRows(ctx.db)) {
    if (!chooseFeed(row).is_on || !isFeedDue(row, ctx.now)) continue;
    await enqueue(ctx, 'advisories.load-feed', { feed: row.id, is_scheduled: true }, { key: `feed:${row.id}` });
  }
}
