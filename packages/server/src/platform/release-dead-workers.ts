import { sql } from 'kysely';
import type { Logger } from 'pino';
import { type Db, rows } from './database.ts';

const EVERY_MILLISECONDS = 5_000;

/** Notes that a worker lives in the server process whose listening connection has this name. */
export async function registerWorker(db: Db, worker: string, server: string): Promise<void> {
  await sql`INSERT INTO platform_worker (id, server) VALUES (${worker}, ${server}) ON CONFLICT DO NOTHING`.execute(db);
}

/**
 * Gives back the jobs of workers whose process has died: the queue by itself holds them for four hours. A process lives
 * as long as PostgreSQL sees its listening connection. Jobs are harmless to run twice, so being wrong costs nothing.
 */
async function releaseOnce(db: Db): Promise<string[]> {
  const dead = await rows(
    db,
    sql<{ worker: string }>`SELECT DISTINCT j.locked_by AS worker FROM graphile_worker._private_jobs j
      WHERE j.locked_by IS NOT NULL AND j.locked_at < now() - interval '3 seconds' AND NOT EXISTS (
        SELECT FROM platform_worker w JOIN pg_stat_activity a ON a.application_name = w.server WHERE w.id = j.locked_by)`,
  );
  const workers = dead.map(({ worker }) => worker);
  if (workers.length > 0) await sql`SELECT graphile_worker.force_unlock_workers(${workers}::text[])`.execute(db);
  await sql`DELETE FROM platform_worker w WHERE created_at < now() - interval '1 minute'
    AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.application_name = w.server)`.execute(db);
  return workers;
}

/**
 * Looks for dead workers now and again, until the returned function is called. Each look first says who lives here: a
 * worker whose server's listening connection was lost for a moment may have been taken for dead.
 */
export function releaseDeadWorkers(db: Db, log: Logger, registerOwn: () => Promise<void>): () => void {
  const look = () =>
    registerOwn()
      .then(() => releaseOnce(db))
      .then(
        (workers) => {
          if (workers.length > 0) log.warn({ workers }, 'took back the jobs of workers that died');
        },
        (error: unknown) => log.error({ error }, 'could not look for dead workers'),
      );
  void look();
  const timer = setInterval(() => void look(), EVERY_MILLISECONDS);
  return () => clearInterval(timer);
}
