import { Kysely, PostgresDialect, type sql } from 'kysely';
import pg from 'pg';

/** Tables are reached by SQL text with its own row types, so the builder knows no schema. */
export type Db = Kysely<unknown>;

// int8 and numeric come as strings by default; our counts and sequences are far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
// timestamptz comes as the text PostgreSQL prints in UTC; `timestamp()` below makes it RFC 3339 without losing microseconds.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());

export interface Database {
  db: Db;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** Opens a pool on a PostgreSQL server (a URL, or a libpq one with a socket folder as `?host=`). */
export function openDatabase(url: string, connections = 12): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: 'fleetmend',
    options: '-c timezone=UTC -c statement_timeout=60000 -c idle_in_transaction_session_timeout=120000',
  });
  // An idle client whose server went away must not end the process; the next query reports it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => db.destroy() };
}

/** The rows of a statement. */
export async function rows<Row>(db: Db, query: ReturnType<typeof sql<Row>>): Promise<Row[]> {
  return (await query.execute(db)).rows;
}

/** The first row of a statement, or null. */
export async function first<Row>(db: Db, query: ReturnType<typeof sql<Row>>): Promise<Row | null> {
  return (await query.execute(db)).rows[0] ?? null;
}

/** How many rows a statement changed. */
export async function changed(db: Db, query: ReturnType<typeof sql>): Promise<number> {
  return Number((await query.execute(db)).numAffectedRows ?? 0);
}
