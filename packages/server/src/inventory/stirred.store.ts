import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

/** Notes that something has changed that the findings of these assets rest on. */
export async function insertStirred(db: Db, assets: readonly string[]): Promise<void> {
  await sql`INSERT INTO inventory_stirred (asset) SELECT unnest(${[...assets]}::text[])`.execute(db);
}

/** Whether any asset is stirred, and may be looked at now. */
export async function hasStirred(db: Db): Promise<boolean> {
  return (await first(db, sql`SELECT FROM inventory_stirred WHERE not_before <= now() LIMIT 1`)) !== null;
}

/** Takes away the oldest notes, so many at most. @returns the assets they name, each once, in the order of their ids */
export async function takeStirred(db: Db, limit: number): Promise<string[]> {
  const gone = await rows(
    db,
    sql<{ asset: string }>`DELETE FROM inventory_stirred WHERE id = ANY (ARRAY(
      SELECT id FROM inventory_stirred WHERE not_before <= now() ORDER BY id LIMIT ${limit})) RETURNING asset`,
  );
  return [...new Set(gone.map(({ asset }) => asset))].sort();
}

/** Takes away the notes about one asset. */
export async function takeStirredAsset(db: Db, asset: string): Promise<void> {
  await sql`DELETE FROM inventory_stirred WHERE asset = ${asset}`.execute(db);
}

/** Puts an asset off that has failed: twice as long each time, a day at most. */
export async function putOff(db: Db, asset: string): Promise<void> {
  await sql`UPDATE inventory_stirred SET failures = failures + 1,
      not_before = now() + least(interval '1 day', interval '10 seconds' * power(2, least(failures, 20)))
    WHERE asset = ${asset}`.execute(db);
}
