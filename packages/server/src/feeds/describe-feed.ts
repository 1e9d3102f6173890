import type { Output } from '@fleetmend/api/client.ts';
import type { FeedFreshness } from '@fleetmend/domain/feeds/feed-freshness.ts';
import type { Ctx } from '../platform/context.ts';
import { listFeedRows } from './feed.queries.ts';
import type { FeedRow } from './feed.store.ts';
import { feedSetting } from './feed-setting.ts';
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
    last_success_at: row.last_success_at,
    last_attempt_at: row.last_attempt_at,
    data_version: row.data_version,
    records: row.records,
    state: feedState(row, now),
    error: row.error,
    max_age_hours,
  };
}

/** Whether what ranks are computed from is current, and in words why not. */
export async function readFreshness(ctx: Pick<Ctx, 'db' | 'now'>): Promise<FeedFreshness[]> {
  return (await listFeedRows(ctx.db)).map((row) => ({
    id: row.id,
    title: feeds[row.id].title,
    as_of: row.last_success_at,
    problem: describeProblem(row, ctx.now),
  }));
}

function feedState(row: FeedRow, now: Date): Feed['state'] {
  if (row.error !== null) return 'failed';
  if (row.last_success_at === null) return 'never';
  return isOld(row, now) ? 'stale' : 'fresh';
}

/** A failed attempt does not make data bad: as long as it is young enough nothing is missing. */
function describeProblem(row: FeedRow, now: Date): string | null {
  const { title, max_age_hours } = feeds[row.id];
  if (row.last_success_at === null) return `${title} has never been loaded`;
  if (!isOld(row, now)) return null;
  const hours = Math.floor((now.getTime() - Date.parse(row.last_success_at)) / 3_600_000);
  return `${title} is ${hours} hours old (limit ${max_age_hours})`;
}

function isOld({ id, last_success_at }: FeedRow, now: Date): boolean {
  return last_success_at === null || now.getTime() - Date.parse(last_success_at) > feeds[id].max_age_hours * 3_600_000;
}
