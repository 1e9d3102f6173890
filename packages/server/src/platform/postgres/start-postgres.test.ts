import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBinaries } from './postgres-binaries.ts';
import { type Postgres, startPostgres } from './start-postgres.ts';

const env = { PATH: process.env['PATH'] };
const here = new URL('./start-postgres.ts', import.meta.url).href;
let folder = '';

beforeAll(async () => {
  // Closed to everyone else, as below /root: the user whom PostgreSQL runs as cannot walk through it.
  folder = await mkdtemp(join(tmpdir(), 'fleetmend-postgres-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function dataDir(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

async function ask<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function serverPid(dir: string): Promise<number> {
  return Number((await readFile(join(dir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** Dead but not yet buried by its parent is not running. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe.each(['system', 'embedded'] as const)('the %s PostgreSQL', (only) => {
  const isHere = findBinaries(env).some(({ kind }) => kind === only);

  test.skipIf(!isHere)('keeps what was written, safely, over an orderly stop', async () => {
    const dir = await dataDir(`${only}-orderly`);
    const first = await startPostgres({ dataDir: dir, env, only });
    expect(first.kind).toBe(only);
    expect(Number.parseInt(first.version, 10)).toBeGreaterThanOrEqual(15);
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const settings = await ask<{ name: string; setting: string }>(
      first.url,
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'listen_addresses', 'data_checksums', 'server_encoding') ORDER BY name",
    );
    expect(settings.map(({ name, setting }) => `${name}=${setting}`)).toEqual([
      'data_checksums=on',
      'fsync=on',
      'listen_addresses=',
      'server_encoding=UTF8',
    ]);
    const pid = await serverPid(dir);
    await first.stop();
    await first.ended;
    expect(isRunning(pid)).toBe(false);
    expect(existsSync(join(dir, 'postgres', 'postmaster.pid'))).toBe(false);

    const second = await startPostgres({ dataDir: dir, env, only });
    expect(await ask(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await second.stop();
  });

  test.skipIf(!isHere)(
    'ends with its program when that is killed, and the next start finds every committed row',
    async () => {
      const dir = await dataDir(`${only}-killed`);
      for (let round = 1; round <= 3; round += 1) {
        const program = await runProgram(dir, only);
        const pid = await serverPid(dir);
        program.kill('SIGKILL');
        const again = await startPostgres({ dataDir: dir, env, only });
        expect(isRunning(pid)).toBe(false);
        expect(await ask(again.url, 'SELECT count(*)::int AS n FROM committed')).toEqual([{ n: round }]);
        await again.stop();
      }
    },
  );

  test.skipIf(!isHere)('is reached where the path is longer than a socket address can hold', async () => {
    const dir = await dataDir(join(`${only}-${'deep'.repeat(20)}`, 'folder'.repeat(10)));
    const postgres = await startPostgres({ dataDir: dir, env, only });
    expect(await ask(postgres.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    const way = new URL(postgres.url).searchParams.get('host') ?? '';
    await postgres.stop();
    expect(existsSync(way)).toBe(false);
  });

  test.skipIf(!isHere)('lets in nobody but who started it', async () => {
    const dir = await dataDir(`${only}-door`);
    const postgres = await startPostgres({ dataDir: dir, env, only });
    expect((await stat(join(dir, 'postgres'))).mode & 0o077).toBe(0);
    const stranger = new URL(postgres.url);
    stranger.username = 'postgres';
    await expect(ask(stranger.href, 'SELECT 1')).rejects.toThrow(/pg_hba.conf/);
    await postgres.stop();
  });
});

/** A program of its own that opens the database, commits one more row and then waits to be killed. */
function runProgram(dir: string, only: string): Promise<ChildProcess> {
  const source = `
    import pg from 'pg';
    import { startPostgres } from ${JSON.stringify(here)};
    const { url } = await startPostgres({ dataDir: ${JSON.stringify(dir)}, env: { PATH: process.env.PATH }, only: ${JSON.stringify(only)} });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('CREATE TABLE IF NOT EXISTS committed (n int)');
    await client.query('INSERT INTO committed VALUES (1)');
    console.log('ready');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve(child));
    child.once('exit', () => reject(new Error('the program ended early')));
  });
}

describe('a start that cannot be', () => {
  test('data of another major version is left alone, with one sentence', async () => {
    const dir = await dataDir('other-major');
    await mkdir(join(dir, 'postgres'), { mode: 0o700 });
    await writeFile(join(dir, 'postgres', 'PG_VERSION'), '9\n');
    await expect(startPostgres({ dataDir: dir, env })).rejects.toThrow(
      /was made by PostgreSQL 9, and this machine has .*; install PostgreSQL 9/,
    );
  });

  test('a DATABASE_URL that does not answer is told without its password', async () => {
    const refused = startPostgres({
      dataDir: folder,
      env: { DATABASE_URL: 'postgres://someone:hunter2@127.0.0.1:9/x' },
    });
    await expect(refused).rejects.toThrow(/^The database of DATABASE_URL cannot be used: /);
    await expect(refused).rejects.not.toThrow(/hunter2/);
  });

  test('a cluster that was being made when the power went is made again', async () => {
    const dir = await dataDir('half-made');
    await mkdir(join(dir, 'postgres.new'), { mode: 0o700 });
    await writeFile(join(dir, 'postgres.new', 'PG_VERSION'), '15\n');
    const postgres = await startPostgres({ dataDir: dir, env });
    expect(existsSync(join(dir, 'postgres.new'))).toBe(false);
    await postgres.stop();
  });
});

test('DATABASE_URL is taken before any server of our own, and never stopped', async () => {
  const dir = await dataDir('external');
  const own: Postgres = await startPostgres({ dataDir: dir, env });
  const external = await startPostgres({ dataDir: join(folder, 'never-made'), env: { DATABASE_URL: own.url } });
  expect(external).toMatchObject({ kind: 'external', url: own.url, version: own.version });
  await external.stop();
  await sleep(50);
  expect(await ask(own.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  expect(existsSync(join(folder, 'never-made'))).toBe(false);
  await own.stop();
});
