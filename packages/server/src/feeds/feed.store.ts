import { sql } from 'kysely';
import { type Db, first } from '../platform/database.ts';
import type { FeedId } from './registry.ts';

export interface FeedRow {
  id: FeedId;
  source: string | null;
  etag: string | null;
  last_modified: string | null;
  data_version: string | null;
  records: number;
  last_success_at: string | null;
  last_attempt_at: string | null;
  error: string | null;
}

/**
 * Takes the right to load a feed until this transaction ends, however long its statements take; null while somebody else
 * has it. The row itself is not locked, so that the feed can be looked at meanwhile.
 */
export async function takeFeed(db: Db, id: FeedId): Promise<FeedRow | null> {
  const lock = await first(
    db,
    sql<{ is_free: boolean }>`SELECT pg_try_advisory_xact_lock(hashtextextended(${`feed:${id}`}, 0)) AS is_free`,
  );
  if (lock?.is_free !== true) return null;
  await sql`SET LOCAL statement_timeout = '15min'`.execute(db);
  await sql`INSERT INTO feed_source (id) VALUES (${id}) ON CONFLICT DO NOTHING`.execute(db);
  return first(db, sql<FeedRow>`SELECT * FROM feed_source WHERE id = ${id}`);
}

export interface LoadedFeed {
  source: string;
  etag: string | null;
  last_modified: string | null;
  data_version: string | null;
  records: number;
}

/** New data is in use. */
export async function recordLoad(db: Db, id: FeedId, loaded: LoadedFeed, now: Date): Promise<void> {
  await sql`UPDATE feed_source SET source = ${loaded.source}, etag = ${loaded.etag}, last_modified = ${loaded.last_modified},
    data_version = ${loaded.data_version}, records = ${loaded.records}, last_success_at = ${now}, last_attempt_at = ${now}, error = NULL
    WHERE id = ${id}`.execute(db);
}

/** The publisher says that what we have is current. */
export async function recordUnchanged(db: Db, id: FeedId, now: Date): Promise<void> {
  await sql`UPDATE feed_source SET last_success_at = ${now}, last_attempt_at = ${now}, error = NULL WHERE id = ${id}`.execute(
    db,
  );
}

/** The attempt came to nothing: the data stays as it is, and why is kept for people. */
export async function recordFailure(db: Db, id: FeedId, error: string, now: Date): Promise<void> {
  await sql`INSERT INTO feed_source (id, last_attempt_at, error) VALUES (${id}, ${now}, ${error.slice(0, 2000)})
    ON CONFLICT (id) DO UPDATE SET last_attempt_at = excluded.last_attempt_at, error = excluded.error`.execute(db);
}
