import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';
import type { FeedFileRow, FeedRow } from './feed.store.ts';
import { type FeedId, feeds } from './registry.ts';

const EMPTY = {
  source: null,
  data_version: null,
  records: 0,
  last_success_at: null,
  last_attempt_at: null,
  error: null,
  wanted_because: null,
  published_at: null,
  quarantined_records: null,
  released_records: null,
  kept_in: null,
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

/** The files that the data in use was read from, in the order in which they were read. */
export async function listFeedFiles(db: Db, id: FeedId): Promise<FeedFileRow[]> {
  return rows(
    db,
    sql<FeedFileRow>`SELECT name, address, etag, last_modified, sha256, bytes FROM feed_file WHERE feed = ${id} ORDER BY name COLLATE "C"`,
  );
}
