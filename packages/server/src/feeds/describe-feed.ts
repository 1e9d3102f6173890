import type { Output } from '@fleetmend/api/client.ts';
import type { FeedFreshness } from '@fleetmend/domain/feeds/feed-freshness.ts';
import type { Ctx } from '../platform/context.ts';
import { chooseFeed, isReliedOn } from './choose-feed.ts';
import { listFeedRows } from './feed.queries.ts';
import type { FeedRow } from './feed.store.ts';
import { feedSetting } from './feed-setting.ts';
import type { FeedSource } from './feed-source.ts';
import { feeds } from './registry.ts';

type Feed = Output<'syncFeed'>;

/** A feed as the API shows it. */
export function describeFeed(row: FeedRow, now: Date): Feed {
  const { title, homepage, max_age_hours } = feeds[row.id];
  return {
    id: row.id,
    title,
    homepage,
    source: feedSetting(row.id),
    because: chooseFeed(row).because,
    last_success_at: row.last_success_at,
    last_attempt_at: row.last_attempt_at,
    data_version: row.data_version,
    published_at: row.published_at,
    records: row.records,
    quarantined_records: row.quarantined_records,
    is_released: row.released_records !== null,
    state: feedState(row, now),
    error: row.error,
    max_age_hours,
  };
}

/** Whether what ranks are computed from is current, and in words why not. Feeds that nobody relies on are none of it. */
export async function readFreshness(ctx: Pick<Ctx, 'db' | 'now'>): Promise<FeedFreshness[]> {
  return (await listFeedRows(ctx.db)).filter(isReliedOn).map((row) => ({
    id: row.id,
    title: feeds[row.id].title,
    as_of: row.last_success_at === null ? null : (row.published_at ?? row.last_success_at),
    problem: describeProblem(row, ctx.now),
  }));
}

function feedState(row: FeedRow, now: Date): Feed['state'] {
  if (!isReliedOn(row)) return 'off';
  if (row.quarantined_records !== null) return 'quarantined';
  if (row.error !== null) return 'failed';
  if (row.last_success_at === null) return 'never';
  return describeProblem(row, now) === null ? 'fresh' : 'stale';
}

/** A publisher that keeps no known rhythm is quiet for two weeks before it is taken to have fallen asleep. */
const QUIET_HOURS = 14 * 24;

/**
 * Why what a feed has said may lack something: its publisher's own date is too old, where it states one, or it is too long since
 * it was known to be what the publisher has. A failed attempt alone does not make data bad.
 */
function describeProblem({ id, last_success_at, published_at }: FeedRow, now: Date): string | null {
  const { title, max_age_hours, max_published_hours = QUIET_HOURS }: FeedSource<unknown> = feeds[id];
  if (last_success_at === null) return `${title} has never been loaded`;
  const published = published_at === null ? 0 : hoursSince(published_at, now);
  if (published > max_published_hours)
    return `${title} was published ${Math.floor(published)} hours ago (limit ${max_published_hours})`;
  const age = hoursSince(last_success_at, now);
  return age > max_age_hours ? `${title} is ${Math.floor(age)} hours old (limit ${max_age_hours})` : null;
}

function hoursSince(time: string, now: Date): number {
  return (now.getTime() - Date.parse(time)) / 3_600_000;
}
