import { expect, test } from 'vitest';
import { z } from 'zod';
import { enqueue, type Settings } from './context.ts';
import { openDatabase } from './database.ts';
import { type Job, job, migrateJobs, runJobs } from './jobs.ts';
import { openListener } from './listen.ts';
import { openLog } from './log.ts';
import { createTestDatabase } from './test-database.ts';

const settings: Settings = {
  origin: 'http://localhost',
  rp_id: 'localhost',
  data_dir: '',
  check_in_seconds: 1,
  webhook_allow: [],
};

test('the job of a process that was killed runs again at once, not in four hours; that of a living one is left alone', async () => {
  const database = await createTestDatabase();
  const { db, pool, close } = openDatabase(database.url);
  const log = openLog('fatal');
  const listener = await openListener(database.url, log);
  await migrateJobs(pool);
  const ran: string[] = [];
  await enqueue({ db }, 'note', { what: 'of the dead' });
  await enqueue({ db }, 'note', { what: 'of the living' });
  // What kill -9 leaves behind: a lock by a pool that no process has any more.
  await pool.query(`INSERT INTO platform_worker (id, server) VALUES ('dead', 'fleetmend gone'), ('living', $1)`, [
    listener.name,
  ]);
  await pool.query(`UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '1 minute',
    locked_by = CASE payload ->> 'what' WHEN 'of the dead' THEN 'dead' ELSE 'living' END`);
  const jobs: Record<string, Job> = {
    note: job(z.object({ what: z.string() }), async (_ctx, { what }) => {
      ran.push(what);
    }),
  };
  const runner = await runJobs(jobs, { db, pool, log, settings, server: listener.name });
  await expect.poll(() => ran, { timeout: 10_000 }).toEqual(['of the dead']);
  await runner.close();
  await listener.close();
  await close();
  await database.drop();
});

test('a worker that was taken for dead while the database was away is known again, so that its jobs stay its own', async () => {
  const database = await createTestDatabase();
  const { db, pool, close } = openDatabase(database.url);
  const log = openLog('fatal');
  const listener = await openListener(database.url, log);
  await migrateJobs(pool);
  const runner = await runJobs({}, { db, pool, log, settings, server: listener.name });
  const known = async () =>
    (await pool.query('SELECT FROM platform_worker WHERE server = $1', [listener.name])).rowCount;
  await expect.poll(known).toBe(1);
  await pool.query('DELETE FROM platform_worker');
  await expect.poll(known, { timeout: 10_000 }).toBe(1);
  await runner.close();
  await listener.close();
  await close();
  await database.drop();
});
