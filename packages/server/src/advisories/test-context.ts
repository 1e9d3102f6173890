import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Ctx } from '../platform/context.ts';
import { openDatabase } from '../platform/database.ts';
import { migrateJobs } from '../platform/jobs.ts';
import { createTestDatabase } from '../platform/test-database.ts';

/** A use case's surroundings on a database and a data folder of the test's own. */
export interface TestContext {
  ctx: Ctx;
  url: string;
  /** The same at another time. */
  at(time: string): Ctx;
  close(): Promise<void>;
}

export async function openTestContext(now = '2026-11-23T12:00:00.000Z'): Promise<TestContext> {
  const database = await createTestDatabase();
  const { db, pool, close } = openDatabase(database.url, 4);
  await migrateJobs(pool);
  const data_dir = await mkdtemp(join(tmpdir(), 'fleetmend-test-'));
  const ctx: Ctx = {
    db,
    actor: { kind: 'system', label: 'test' },
    now: new Date(now),
    log: pino({ level: 'silent' }),
    settings: { origin: 'http://127.0.0.1', rp_id: 'localhost', data_dir, check_in_seconds: 300, webhook_allow: [] },
    request_id: null,
  };
  return {
    ctx,
    url: database.url,
    at: (time) => ({ ...ctx, now: new Date(time) }),
    async close() {
      await close();
      await database.drop();
      await rm(data_dir, { recursive: true, force: true });
    },
  };
}
