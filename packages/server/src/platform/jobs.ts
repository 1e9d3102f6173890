import { EventEmitter } from 'node:events';
import { Problem } from '@fleetmend/api/problems.ts';
import {
  makeWorkerUtils,
  parseCronItems,
  type Runner,
  run,
  type TaskList,
  type WorkerEvents,
  Logger as WorkerLogger,
} from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Ctx, Settings } from './context.ts';
import type { Db } from './database.ts';
import { registerWorker, releaseDeadWorkers } from './release-dead-workers.ts';
import { standBy } from './stand-by.ts';

/** A kind of work: its payload's schema and the use case that does it, in one transaction. Running it twice is harmless. */
export interface Job {
  payload: z.ZodType;
  /** Cron, in UTC; the payload is then `{}`. */
  schedule?: string;
  /** True for work that talks to the outside and so must not hold a transaction open: it opens its own. */
  is_own_transaction?: boolean;
  /**
   * True for work that nobody asks for by name: each process looks for it in the database all the time, and does one piece
   * after the other as long as `run` gives true. It opens its own transactions; its payload is `{}`.
   */
  is_standing?: boolean;
  run(ctx: Ctx, payload: unknown): Promise<unknown>;
}

/** Ties a payload's schema to the function that takes it. */
export function job<S extends z.ZodType>(
  payload: S,
  work: (ctx: Ctx, payload: z.output<S>) => Promise<unknown>,
  options: Pick<Job, 'schedule' | 'is_own_transaction' | 'is_standing'> = {},
): Job {
  return { payload, run: (ctx, value) => work(ctx, value as z.output<S>), ...options };
}

export interface JobRunner {
  close(): Promise<void>;
}

/** Brings the queue's own tables up to date; must run before anything is enqueued. */
export async function migrateJobs(pool: pg.Pool): Promise<void> {
  const utils = await makeWorkerUtils({ pgPool: pool, logger: quiet() });
  await utils.migrate();
  await utils.release();
}

/** Runs jobs until closed. A Problem is a final failure that is logged; anything else is tried again with back-off. */
export async function runJobs(
  jobs: Record<string, Job>,
  services: { db: Db; pool: pg.Pool; log: Logger; settings: Settings; server: string },
): Promise<JobRunner> {
  const tasks: TaskList = {};
  const standing = Object.entries(jobs).filter(([, { is_standing }]) => is_standing);
  for (const [name, each] of Object.entries(jobs))
    if (!each.is_standing) tasks[name] = (payload) => runJob(name, each, payload, services).then(() => undefined);
  const events: WorkerEvents = new EventEmitter();
  const own = new Set<string>();
  const registerOwn = async () => {
    for (const worker of own) await registerWorker(services.db, worker, services.server);
  };
  events.on('pool:create', ({ workerPool }) => {
    own.add(workerPool.id);
    registerOwn().catch((error: unknown) => services.log.error({ error }, 'could not register a worker'));
  });
  const runner: Runner = await run({
    events,
    pgPool: services.pool,
    taskList: tasks,
    concurrency: 4,
    pollInterval: 2000,
    noHandleSignals: true,
    logger: quiet(services.log),
    parsedCronItems: parseCronItems(
      Object.entries(jobs).flatMap(([task, { schedule }]) => (schedule ? [{ task, match: schedule }] : [])),
    ),
  });
  const stopReleasing = releaseDeadWorkers(services.db, services.log, registerOwn);
  const stand = standing.map(([name, each]) =>
    standBy(
      async () => (await runJob(name, each, {}, services)) === true,
      (error) => services.log.error({ error, job: name }, 'standing work failed; it is looked for again'),
    ),
  );
  return {
    async close() {
      stopReleasing();
      await Promise.all(stand.map((each) => each.close()));
      await runner.stop();
    },
  };
}

type Services = Parameters<typeof runJobs>[1];

async function runJob(
  name: string,
  { payload: schema, run: work, is_own_transaction, is_standing }: Job,
  payload: unknown,
  services: Services,
): Promise<unknown> {
  const log = services.log.child({ job: name });
  const value = schema.parse(payload);
  const ctx = (db: Db): Ctx => ({
    db,
    actor: { kind: 'system', label: 'fleetmend' },
    now: new Date(),
    log,
    settings: services.settings,
    request_id: null,
  });
  try {
    if (is_own_transaction || is_standing) return await work(ctx(services.db), value);
    return await services.db.transaction().execute((trx) => work(ctx(trx), value));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log.warn({ code: error.code, detail: error.message }, 'a job was given up');
    return null;
  }
}

function quiet(log?: Logger): WorkerLogger {
  return new WorkerLogger(() => (level, message) => {
    if (level === 'error') log?.error({ message }, 'job runner');
  });
}
