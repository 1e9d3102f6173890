import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

const FOLDER = new URL('../migrations/', import.meta.url);
/** Any constant of our own: two servers that start together migrate one after the other. */
const LOCK = 7_600_001;

/**
 * Brings a database to the newest schema: numbered SQL files, forward only, each in its own transaction.
 * @returns how many were applied. @throws when the database is newer than this program.
 */
export async function migrate(url: string): Promise<number> {
  const files = (await readdir(FOLDER)).filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name)).sort();
  const client = new pg.Client({ connectionString: url, application_name: 'fleetmend-migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS platform_migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const applied = await client.query<{ name: string }>('SELECT name FROM platform_migration');
    const done = new Set(applied.rows.map((row) => row.name));
    const unknown = [...done].find((name) => !files.includes(name));
    if (unknown !== undefined)
      throw new Error(`This database was made by a newer Fleetmend (it has ${unknown}); start that one.`);
    const missing = files.filter((name) => !done.has(name));
    for (const name of missing) await apply(client, name);
    return missing.length;
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, name: string): Promise<void> {
  const text = await readFile(new URL(name, FOLDER), 'utf8');
  await client.query('BEGIN');
  try {
    await client.query(text);
    await client.query('INSERT INTO platform_migration (name) VALUES ($1)', [name]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
