import { randomInt } from 'node:crypto';
import { type Ctx, enqueue } from '../platform/context.ts';
import { listFeedRows } from './feed.queries.ts';
import { feedSetting } from './feed-setting.ts';
import { feeds } from './registry.ts';

/** Nobody's server is asked by all of us in the same second. */
const JITTER_SECONDS = 300;

/** Asks for a load of each feed whose time has come; the first one comes at once. Run as often as one likes. */
export async function scheduleFeeds(ctx: Ctx): Promise<void> {
  for (const { id, last_attempt_at } of await listFeedRows(ctx.db)) {
    if (feedSetting(id) === 'off') continue;
    const due = last_attempt_at === null ? 0 : Date.parse(last_attempt_at) + feeds[id].interval_minutes * 60_000;
    if (due > ctx.now.getTime()) continue;
    const run_at = last_attempt_at === null ? ctx.now : new Date(ctx.now.getTime() + randomInt(JITTER_SECONDS * 1000));
    await enqueue(ctx, 'advisories.load-feed', { feed: id }, { key: `feed:${id}`, run_at });
  }
}
