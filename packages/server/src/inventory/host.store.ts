import { sql } from 'kysely';
import { changed, type Db, first, rows } from '../platform/database.ts';

export interface StoredServerKey {
  public_key: string;
  sealed: Buffer;
}

export async function readServerKey(db: Db): Promise<StoredServerKey | null> {
  return first(db, sql<StoredServerKey>`SELECT public_key, sealed FROM inventory_server_key`);
}

/** Keeps the first key that is brought; of two servers that start at once, both then read the same. */
export async function keepServerKey(db: Db, key: StoredServerKey, now: Date): Promise<void> {
  await sql`INSERT INTO inventory_server_key (public_key, sealed, created_at) VALUES (${key.public_key}, ${key.sealed}, ${now})
    ON CONFLICT DO NOTHING`.execute(db);
}

/** Where a host's ratchet stands; `previous` is the link that the last turn, or the last opening, came under. */
export interface SessionRow {
  exchange_key: string;
  step: number;
  link: string;
  previous: string;
}

export interface HostRow extends Partial<SessionRow> {
  id: string;
  spki: Buffer;
  former_spki: Buffer | null;
  cloned_at: string | null;
  waits_since: string | null;
  inventory_digest: string | null;
  updates_digest: string | null;
  facts_digest: string | null;
  boot_id: string | null;
  root_version: number;
  /** The version of the root in force; 0 without one. */
  current_root: number;
}

/** What a server process needs to know of hosts to answer them from memory; retired ones, and those without an agent, are not among them. */
export async function readHosts(db: Db, ids: readonly string[]): Promise<HostRow[]> {
  return rows(
    db,
    sql<HostRow>`SELECT a.id, a.spki, a.former_spki, a.cloned_at, a.waits_since, encode(a.set_digest, 'hex') AS inventory_digest,
        encode(a.updates_digest, 'hex') AS updates_digest, encode(a.facts_digest, 'hex') AS facts_digest, a.boot_id,
        a.root_version, (SELECT coalesce(max(version), 0) FROM access_root) AS current_root, s.exchange_key, s.step, s.link, s.previous
      FROM inventory_asset a LEFT JOIN inventory_session s ON s.asset = a.id
      WHERE a.id = ANY (${[...ids]}) AND a.spki IS NOT NULL AND a.retired_at IS NULL`,
  );
}

/** The session of a host, locked with its asset, so that of two openings one comes first. */
export async function lockSession(db: Db, asset: string): Promise<SessionRow | null> {
  await sql`SELECT 1 FROM inventory_asset WHERE id = ${asset} FOR NO KEY UPDATE`.execute(db);
  return first(
    db,
    sql<SessionRow>`SELECT exchange_key, step, link, previous FROM inventory_session WHERE asset = ${asset}`,
  );
}

export async function writeSession(db: Db, asset: string, session: SessionRow): Promise<void> {
  const { exchange_key, step, link, previous } = session;
  await sql`INSERT INTO inventory_session (asset, exchange_key, step, link, previous)
    VALUES (${asset}, ${exchange_key}, ${step}, ${link}, ${previous})
    ON CONFLICT (asset) DO UPDATE SET exchange_key = excluded.exchange_key, step = excluded.step, link = excluded.link,
      previous = excluded.previous`.execute(db);
}

/** Gives an asset its next key, and keeps the one before until the next was used; false when an asset has it already. */
export async function writeNextKey(db: Db, asset: string, key: { key_id: string; spki: Buffer }): Promise<boolean> {
  const query = sql`UPDATE inventory_asset SET former_spki = spki, key_id = ${key.key_id}, spki = ${key.spki}
    WHERE id = ${asset} AND NOT EXISTS (
      SELECT 1 FROM inventory_asset other WHERE other.key_id = ${key.key_id} AND other.retired_at IS NULL)`;
  return (await changed(db, query)) === 1;
}

/** The present key was used: the one before counts no more. */
export async function forgetFormerKey(db: Db, asset: string): Promise<void> {
  await sql`UPDATE inventory_asset SET former_spki = NULL WHERE id = ${asset}`.execute(db);
}

/** Marks an asset whose key has two holders; false when that was known. */
export async function markCloned(db: Db, asset: string, now: Date): Promise<boolean> {
  const query = sql`UPDATE inventory_asset SET cloned_at = ${now} WHERE id = ${asset} AND cloned_at IS NULL`;
  return (await changed(db, query)) === 1;
}

/** Turns of one session since they were written last. Never back, and never into a session that was opened since. */
export async function writeTurns(
  db: Db,
  turns: readonly { asset: string; exchange_key: string; step: number; link: string; previous: string }[],
): Promise<void> {
  await sql`UPDATE inventory_session s SET step = t.step, link = t.link, previous = t.previous
    FROM unnest(${turns.map(({ asset }) => asset)}::text[], ${turns.map(({ exchange_key }) => exchange_key)}::text[],
      ${turns.map(({ step }) => step)}::bigint[], ${turns.map(({ link }) => link)}::text[],
      ${turns.map(({ previous }) => previous)}::text[]) AS t (asset, exchange_key, step, link, previous)
    WHERE s.asset = t.asset AND s.exchange_key = t.exchange_key AND s.step < t.step`.execute(db);
}

/** When each asset was last seen; `is_confirmed`: it also said that its packages, updates and facts are still these. */
export async function writeSeen(
  db: Db,
  seen: readonly { asset: string; at: Date; is_confirmed: boolean }[],
): Promise<void> {
  await sql`UPDATE inventory_asset a SET last_check_in_at = t.at,
      inventory_at = CASE WHEN t.is_confirmed AND set_digest IS NOT NULL THEN t.at ELSE inventory_at END,
      updates_at = CASE WHEN t.is_confirmed AND updates_digest IS NOT NULL THEN t.at ELSE updates_at END,
      facts_at = CASE WHEN t.is_confirmed THEN t.at ELSE facts_at END
    FROM unnest(${seen.map(({ asset }) => asset)}::text[], ${seen.map(({ at }) => at)}::timestamptz[],
      ${seen.map(({ is_confirmed }) => is_confirmed)}::boolean[]) AS t (asset, at, is_confirmed)
    WHERE a.id = t.asset AND (a.last_check_in_at IS NULL OR a.last_check_in_at < t.at)`.execute(db);
}
