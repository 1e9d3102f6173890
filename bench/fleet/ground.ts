import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@fleetmend/server/platform/database.ts';
import { migrate } from '@fleetmend/server/platform/migrate.ts';
import { startPostgres } from '@fleetmend/server/platform/postgres/start-postgres.ts';
import type { ServerOptions } from '@fleetmend/server/start-server.ts';

const SERVE = fileURLToPath(new URL('../../e2e/support/serve.ts', import.meta.url));

/** A durable PostgreSQL and the whole server, jobs and all, in processes of their own. */
export interface Ground {
  url: string;
  db: ReturnType<typeof openDatabase>['db'];
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  postgres: string;
  checkInSeconds: number;
  /** Enrols one machine. */
  enrolmentCode: string;
  /** Signs the first person in, once. */
  signInLink: string;
  /** CPU seconds used so far. */
  cpuSeconds(): { server: number; postgres: number };
  serverRssBytes(): number;
  /** Of the server and of PostgreSQL, what they share counted once. */
  memoryBytes(): number;
  /** Ends the server as kill -9 does. */
  kill(): Promise<void>;
  /** Starts it again on the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts all of it on an empty database; fsync and synchronous commit are on. */
export async function openGround(checkInSeconds: number): Promise<Ground> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fleetmend-bench-'));
  const postgres = await startPostgres({ dataDir, env: { ...process.env, DATABASE_URL: '' } });
  await migrate(postgres.url);
  const { db, pool, close } = openDatabase(postgres.url, 4);
  let child: ChildProcess | null = null;
  let url = '';
  const ground: Ground = {
    url,
    db,
    query: async (text, values = []) => (await pool.query<Record<string, unknown>>(text, values)).rows,
    postgres: postgres.version,
    checkInSeconds,
    enrolmentCode: '',
    signInLink: '',
    cpuSeconds: () => ({
      server: cpuOf([child?.pid ?? 0]),
      postgres: cpuOf(postgresProcesses()),
    }),
    serverRssBytes: () => memoryOf(child?.pid ?? 0, 'Rss'),
    memoryBytes: () => [child?.pid ?? 0, ...postgresProcesses()].reduce((sum, pid) => sum + memoryOf(pid, 'Pss'), 0),
    async kill() {
      if (child === null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    async start() {
      const port = url === '' ? 0 : Number(new URL(url).port);
      const options: ServerOptions = {
        databaseUrl: postgres.url,
        dataDir,
        host: '127.0.0.1',
        port,
        origin: 'http://localhost:7600',
        logLevel: 'error',
        checkInSeconds,
      };
      child = spawn(process.execPath, [SERVE], {
        env: { ...process.env, FLEETMEND_E2E_SERVER: JSON.stringify(options) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (child.stdout === null) throw new Error('no output');
      const ended = once(child, 'exit').then(() => Promise.reject(new Error('the server ended before it was ready')));
      const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])) as [string];
      const said = JSON.parse(line) as Pick<Ground, 'url' | 'enrolmentCode' | 'signInLink'>;
      url = said.url;
      Object.assign(ground, said);
    },
    async close() {
      await ground.kill();
      await close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  await ground.start();
  return ground;

  /** The postmaster is our child, and everything of its is its child. */
  function postgresProcesses(): number[] {
    const parents = new Map<number, number>();
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const parent = statOf(Number(pid))?.[1];
      if (parent !== undefined) parents.set(Number(pid), Number(parent));
    }
    const ours = new Set([process.pid]);
    for (let before = 0; before !== ours.size; ) {
      before = ours.size;
      for (const [pid, parent] of parents) if (ours.has(parent)) ours.add(pid);
    }
    ours.delete(process.pid);
    if (child?.pid !== undefined) ours.delete(child.pid);
    return [...ours];
  }
}

/** Fields of /proc/PID/stat after the name: state, parent, … */
function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

const TICKS_PER_SECOND = 100;

/** Of the processes and of their children that have ended. */
function cpuOf(pids: readonly number[]): number {
  const ticks = pids.flatMap((pid) => statOf(pid)?.slice(11, 15).map(Number) ?? []);
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
}

function memoryOf(pid: number, which: 'Rss' | 'Pss'): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(new RegExp(`^${which}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
