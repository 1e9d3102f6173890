import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCluster, POSTGRES_ENV, THROUGH_HANDLE } from './create-cluster.ts';
import { openExternal } from './open-external.ts';
import { type Binaries, findBinaries, OLDEST_MAJOR } from './postgres-binaries.ts';
import { boundCommand, choosePostgresUser, type User } from './postgres-user.ts';
import { prepareDatabase } from './prepare-database.ts';
import { Refusal } from './refusal.ts';
import { socketFolder } from './socket-folder.ts';
import { unpackEmbedded } from './unpack-embedded.ts';

export interface Postgres {
  url: string;
  /** As the server tells it, like `15.18 (Debian 15.18-0+deb12u1)`. */
  version: string;
  kind: 'external' | 'system' | 'embedded';
  /** Resolves when a server of ours has ended, whoever ended it. Never for an external one. */
  ended: Promise<void>;
  /** Shuts a server of ours down cleanly; an external one is left alone. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** The folder of all our data; the cluster is its `postgres`, the log its `postgres.log`. */
  dataDir: string;
  env?: NodeJS.ProcessEnv;
  /** Server settings beside our own, like `fsync: 'off'` for a database that a test throws away. */
  settings?: Record<string, string>;
  /** Takes only this kind of binaries, where a test needs one of them. */
  only?: 'system' | 'embedded';
}

/** How long a server that was just orphaned may take to write its memory out, in milliseconds. */
const WAIT_FOR_FORMER = 60_000;
const ALREADY_RUNNING = /lock file "postmaster.pid" already exists|pre-existing shared memory block/;

/**
 * Starts PostgreSQL, or finds the one that DATABASE_URL names. Ours listens on a Unix socket only, keeps fsync on, and
 * ends with this process even when that is killed.
 * @throws Refusal when there is none that fits, with what to do about it.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const env = options.env ?? process.env;
  const external = env['DATABASE_URL'];
  if (external !== undefined && external !== '') return openExternal(external);

  const dataDir = resolve(options.dataDir);
  const folder = join(dataDir, 'postgres');
  const binaries = await chooseBinaries(
    folder,
    findBinaries(env).filter(({ kind }) => kind === (options.only ?? kind)),
  );
  const user = choosePostgresUser(folder);
  const binFolder =
    binaries.kind === 'system' ? binaries.folder : await unpackEmbedded(binaries.folder, programsFolder(dataDir, user));
  if (!existsSync(folder)) await createCluster(binFolder, folder, user);

  const socket = socketFolder(folder, env);
  const url = `postgres://fleetmend@localhost:5432/fleetmend?host=${encodeURIComponent(socket.path)}&sslmode=disable`;
  const log = await logFile(join(dataDir, 'postgres.log'));
  const server = await runUntilReady({ binFolder, folder, user, log, settings: options.settings ?? {}, url });
  return {
    url,
    version: server.version,
    kind: binaries.kind,
    ended: server.ended,
    async stop() {
      await shutDown(server.child, server.ended);
      socket.remove();
    },
  };
}

/** The data decides: a cluster is only ever opened by the major version that made it. */
async function chooseBinaries(folder: string, found: Binaries[]): Promise<Binaries> {
  const major = existsSync(folder) ? Number(await readFile(join(folder, 'PG_VERSION'), 'utf8')) : null;
  const fitting = found.find((binaries) => major === null || binaries.major === major);
  if (fitting !== undefined) return fitting;
  if (major === null) {
    throw new Refusal(
      `There is no PostgreSQL ${OLDEST_MAJOR} or newer for this machine; install it (apt-get install postgresql) or set DATABASE_URL.`,
    );
  }
  const here = [...new Set(found.map((binaries) => binaries.major))].join(' and ') || 'none';
  throw new Refusal(
    `The database in ${folder} was made by PostgreSQL ${major}, and this machine has ${here}; install PostgreSQL ${major} to open it.`,
  );
}

/** Where the user whom PostgreSQL runs as can reach the embedded programs. */
function programsFolder(dataDir: string, user: User | null): string {
  return user === null ? join(dataDir, 'programs') : '/var/cache/fleetmend';
}

/** Kept small: past 5 MB the former log becomes `.1`. */
async function logFile(path: string): Promise<string> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > 5_000_000) await rename(path, `${path}.1`);
  return path;
}

interface Launch {
  binFolder: string;
  folder: string;
  user: User | null;
  log: string;
  settings: Record<string, string>;
  url: string;
}

interface Running {
  child: ChildProcess;
  ended: Promise<void>;
  version: string;
}

/** A former server, orphaned a moment ago, may still be writing: wait for it, then open what it left. */
async function runUntilReady(launch: Launch): Promise<Running> {
  const until = Date.now() + WAIT_FOR_FORMER;
  for (;;) {
    const from = await stat(launch.log).then(
      (found) => found.size,
      () => 0,
    );
    const { child, ended } = await run(launch);
    const version = await Promise.race([prepareDatabase(launch.url, ended), ended.then(() => null)]);
    if (version !== null && (await isOpenedBy(child, launch.folder))) return { child, ended, version };
    await ended;
    const said = (await readFile(launch.log)).subarray(from).toString().trim();
    if (!ALREADY_RUNNING.test(said) || Date.now() > until) throw new Refusal(`PostgreSQL did not start: ${said}`);
    await sleep(200);
  }
}

/** Whether it was our own child that answered, and not a former server on the same socket. */
async function isOpenedBy(child: ChildProcess, folder: string): Promise<boolean> {
  const [pid] = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(pid) === child.pid;
}

async function run({
  binFolder,
  folder,
  user,
  log,
  settings,
}: Launch): Promise<{ child: ChildProcess; ended: Promise<void> }> {
  const own = {
    listen_addresses: '',
    unix_socket_directories: '.',
    unix_socket_permissions: '0700',
    port: '5432',
    log_min_messages: 'warning',
  };
  const flags = Object.entries({ ...own, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = boundCommand(user, [join(binFolder, 'postgres'), '-D', THROUGH_HANDLE, ...flags]);
  const [output, handle] = await Promise.all([open(log, 'a', 0o600), open(folder, 'r')]);
  try {
    const child = spawn(command, args, {
      cwd: '/',
      env: POSTGRES_ENV,
      // A session of its own: Ctrl-C in a terminal reaches it only through us, after the server has let go of it.
      detached: true,
      stdio: ['ignore', output.fd, output.fd, handle.fd],
    });
    const ended = new Promise<void>((done, fail) => {
      child.on('exit', () => done());
      child.on('error', (cause) =>
        fail(new Refusal('Fleetmend needs the program setpriv (package util-linux).', { cause })),
      );
    });
    return { child, ended };
  } finally {
    await Promise.all([output.close(), handle.close()]);
  }
}

/** Fast shutdown; then, past the time, the one that leaves recovery to the next start; never longer than 10 seconds. */
async function shutDown(child: ChildProcess, ended: Promise<void>): Promise<void> {
  for (const [signal, milliseconds] of [
    ['SIGINT', 7000],
    ['SIGQUIT', 2000],
    ['SIGKILL', 1000],
  ] as const) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await Promise.race([ended, sleep(milliseconds, undefined, { ref: false })]);
  }
}
