import pg from 'pg';
import { OLDEST_MAJOR } from './postgres-binaries.ts';
import { Refusal } from './refusal.ts';
import type { Postgres } from './start-postgres.ts';

/** The server that DATABASE_URL names, once it has answered. @throws Refusal when it does not, or is too old; the URL's password is never shown. */
export async function openExternal(url: string): Promise<Postgres> {
  const version = await askVersion(url);
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new Refusal(`DATABASE_URL names PostgreSQL ${version}; Fleetmend needs ${OLDEST_MAJOR} or newer.`);
  }
  return { url, version, kind: 'external', ended: new Promise(() => undefined), stop: async () => undefined };
}

async function askVersion(url: string): Promise<string> {
  try {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'fleetmend-start',
      connectionTimeoutMillis: 10_000,
    });
    client.on('error', () => undefined);
    await client.connect();
    const answer = await client.query<{ server_version: string }>('SHOW server_version');
    await client.end();
    return answer.rows[0]?.server_version ?? '';
  } catch (cause) {
    const why =
      cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : 'no answer') : String(cause);
    throw new Refusal(`The database of DATABASE_URL cannot be used: ${why}.`, { cause });
  }
}
