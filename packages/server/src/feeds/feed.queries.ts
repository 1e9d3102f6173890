import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';
import type { FeedRow } from './feed.store.ts';
import { type FeedId, feeds } from './registry.ts';

const EMPTY = {
  source: null,
  etag: null,
  last_modified: null,
  data_version: null,
  records: 0,
  last_success_at: null,
  last_attempt_at: null,
  error: null,
  wanted_because: null,
  published_at: null,
  quarantined_records: null,
  released_records: null,
};

/** Every feed in the order of the registry, those that were never tried among them. */
export async function listFeedRows(db: Db): Promise<FeedRow[]> {
  const found = await rows(db, sql<FeedRow>`SELECT * FROM feed_source`);
  return Object.keys(feeds).map((id) => found.find((row) => row.id === id) ?? { id: id as FeedId, ...EMPTY });
}

/** One feed, as if it had been tried never when it was not. */
export async function readFeedRow(db: Db, id: FeedId): Promise<FeedRow> {
  return (await listFeedRows(db)).find((row) => row.id === id) ?? { id, ...EMPTY };
}
