import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ctx } from '@fleetmend/server/platform/context.ts';
import { type Db, openDatabase } from '@fleetmend/server/platform/database.ts';
import { migrateJobs } from '@fleetmend/server/platform/jobs.ts';
import { openLog } from '@fleetmend/server/platform/log.ts';
import { migrate } from '@fleetmend/server/platform/migrate.ts';
import { startPostgres } from '@fleetmend/server/platform/postgres/start-postgres.ts';

/** A migrated PostgreSQL of its own, with fsync and synchronous commit on, and what a job of the server is given there. */
export interface Store {
  version: string;
  ctx: Ctx;
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** In a transaction, as jobs are run. */
  inTransaction<T>(work: (ctx: Ctx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openStore(): Promise<Store> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fleetmend-bench-'));
  const postgres = await startPostgres({ dataDir, env: { ...process.env, DATABASE_URL: '' } });
  await migrate(postgres.url);
  const { db, pool, close } = openDatabase(postgres.url, 4);
  await migrateJobs(pool);
  // An index belongs to a server, which is known by its settings.
  const settings = { ...SETTINGS };
  const ctx = (own: Db): Ctx => ({
    db: own,
    actor: { kind: 'system', label: 'bench' },
    now: new Date(),
    log: openLog('error'),
    settings,
    request_id: null,
  });
  return {
    version: postgres.version,
    ctx: ctx(db),
    query: async (text, values) => (await pool.query<Record<string, unknown>>(text, values)).rows,
    inTransaction: (work) =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute((trx) => work(ctx(trx))),
    async close() {
      await close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const SETTINGS: Ctx['settings'] = {
  origin: 'http://localhost:7600',
  rp_id: 'localhost',
  data_dir: '',
  check_in_seconds: 300,
  webhook_allow: [],
};
