import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from './migrate.ts';
import { startPostgres } from './postgres/start-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that all tests of a run share; see `createTestDatabase`. */
    postgresUrl: string;
  }
}

/** The migrated database that each test's own is a copy of. */
export const TEMPLATE = 'fleetmend_template';

/** Its data is thrown away, so it need not survive the machine. */
const THROWN_AWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/** One real PostgreSQL for a whole test run, migrated once. `FLEETMEND_TEST_POSTGRES` picks `system` or `embedded`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fleetmend-test-'));
  const only = process.env['FLEETMEND_TEST_POSTGRES'];
  const postgres = await startPostgres({
    dataDir,
    // A person's own database is never a test's.
    env: { ...process.env, DATABASE_URL: '' },
    settings: THROWN_AWAY,
    ...(only === 'system' || only === 'embedded' ? { only } : {}),
  });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  await migrate(databaseUrl(postgres.url, TEMPLATE));
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** The same server's address, with another database. */
export function databaseUrl(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}
