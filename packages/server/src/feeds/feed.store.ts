import { sql } from 'kysely';
import { type Db, first } from '../platform/database.ts';
import type { FeedId } from './registry.ts';

export interface FeedRow {
  id: FeedId;
  source: string | null;
  data_version: string | null;
  records: number;
  last_success_at: string | null;
  last_attempt_at: string | null;
  error: string | null;
  /** What of the inventory asks for this feed; null while nothing does. */
  wanted_because: string | null;
  published_at: string | null;
  /** How many records a load had that was not believed, and the number that a person has let the next one be held against. */
  quarantined_records: number | null;
  released_records: number | null;
  /** The folder that holds the files of the data in use, as they came; null where they were read where they lie. */
  kept_in: string | null;
}

/** One file of a feed as it came. What lies beside one (`<name>.asc`, `<name>.sha256`) is a file of its own. */
export interface FeedFileRow {
  name: string;
  /** Where it was fetched, with what its server wants to hear the next time; null where it was handed over. */
  address: string | null;
  etag: string | null;
  last_modified: string | null;
  sha256: string;
  bytes: number;
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
  /** When it was known to be what its publisher has. */
  as_of: string;
  data_version: string | null;
  published_at: string | null;
  records: number;
  kept: { kept_in: string; files: readonly FeedFileRow[] } | null;
}

/** New data is in use; whatever was held back before is over. */
export async function recordLoad(db: Db, id: FeedId, { kept, as_of, ...loaded }: LoadedFeed, now: Date): Promise<void> {
  await sql`DELETE FROM feed_file WHERE feed = ${id}`.execute(db);
  await sql`INSERT INTO feed_file (feed, name, address, etag, last_modified, sha256, bytes)
    SELECT ${id}, f.* FROM jsonb_to_recordset(${JSON.stringify(kept?.files ?? [])}::jsonb)
      AS f (name text, address text, etag text, last_modified text, sha256 text, bytes bigint)`.execute(db);
  await sql`UPDATE feed_source SET source = ${loaded.source}, kept_in = ${kept?.kept_in ?? null},
    data_version = ${loaded.data_version}, published_at = ${loaded.published_at}, quarantined_records = NULL, released_records = NULL,
    records = ${loaded.records}, last_success_at = ${as_of}, last_attempt_at = ${now}, error = NULL
    WHERE id = ${id}`.execute(db);
}

/** The publisher says that what we have is current. */
export async function recordUnchanged(db: Db, id: FeedId, now: Date): Promise<void> {
  await sql`UPDATE feed_source SET last_success_at = ${now}, last_attempt_at = ${now}, error = NULL WHERE id = ${id}`.execute(
    db,
  );
}

/**
 * The attempt came to nothing: the data stays as it is, and why is kept for people. With the number of records where it was
 * not believed; a release that was given is used up by that.
 */
export async function recordFailure(
  db: Db,
  id: FeedId,
  { message, records }: { message: string; records: number | null },
  now: Date,
): Promise<void> {
  await sql`INSERT INTO feed_source (id, last_attempt_at, error, quarantined_records) VALUES (${id}, ${now}, ${message.slice(0, 2000)}, ${records})
    ON CONFLICT (id) DO UPDATE SET last_attempt_at = excluded.last_attempt_at, error = excluded.error,
      quarantined_records = coalesce(excluded.quarantined_records, feed_source.quarantined_records),
      released_records = CASE WHEN excluded.quarantined_records IS NULL THEN feed_source.released_records END`.execute(
    db,
  );
}

/** Lets the next load be as large as the one that was not believed. @returns the two numbers, or null where none is held back */
export async function releaseFeed(db: Db, id: FeedId): Promise<{ records: number; released_records: number } | null> {
  return first(
    db,
    sql<{ records: number; released_records: number }>`UPDATE feed_source SET released_records = quarantined_records
      WHERE id = ${id} AND quarantined_records IS NOT NULL RETURNING records, released_records`,
  );
}

/** Records what of the inventory asks for each of these feeds, and that nothing does (null). */
export async function recordReasons(db: Db, reasons: ReadonlyMap<FeedId, string | null>): Promise<void> {
  await sql`INSERT INTO feed_source (id, wanted_because)
    SELECT * FROM unnest(${[...reasons.keys()]}::text[], ${[...reasons.values()]}::text[]) AS chosen (id, because)
    ON CONFLICT (id) DO UPDATE SET wanted_because = excluded.wanted_because
    WHERE feed_source.wanted_because IS DISTINCT FROM excluded.wanted_because`.execute(db);
}
