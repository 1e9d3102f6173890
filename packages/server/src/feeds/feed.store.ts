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

/** The feed's row, locked: whoever loads the same feed at the same time waits, and then sees what was loaded. */
export async function lockFeed(db: Db, id: FeedId): Promise<FeedRow> {
  await sql`INSERT INTO feed_source (id) VALUES (${id}) ON CONFLICT DO NOTHING`.execute(db);
  const row = await first(db, sql<FeedRow>`SELECT * FROM feed_source WHERE id = ${id} FOR UPDATE`);
  if (row === null) throw new Error('the feed was just inserted');
  return row;
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
