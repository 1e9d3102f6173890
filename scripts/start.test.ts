import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  processesOf,
  ROOT,
  run,
  runStart,
  type Start,
  signInLink,
  type TakenPort,
  takePort,
} from './testing/run-start.ts';

const isRoot = process.getuid?.() === 0;
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];

let folder = '';
let taken: TakenPort;
let port = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleetmend-start-'));
  chmodSync(folder, 0o755);
  taken = await takePort();
  const free = await takePort();
  port = free.port;
  await free.free();
});
afterAll(async () => {
  await taken.free();
  rmSync(folder, { recursive: true, force: true });
});

/** It ends with code 1 and one sentence. */
async function expectRefusal(start: Start, sentence: RegExp): Promise<void> {
  expect(await start.ended, start.said()).toBe(1);
  const complaints = start
    .said()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('✓'));
  expect(complaints).toEqual([expect.stringMatching(sentence)]);
}

describe('what cannot be started is refused in one sentence, with nothing made', () => {
  const data = () => join(folder, 'refused', 'data');
  const settings = (more: Record<string, string>) => ({
    FLEETMEND_DATA: data(),
    FLEETMEND_PORT: String(port),
    ...more,
  });

  test.each([
    [
      'a port that is taken',
      () => settings({ FLEETMEND_PORT: String(taken.port) }),
      /^✗ Port \d+ is taken on 127\.0\.0\.1; /,
    ],
    [
      'a port that is none',
      () => settings({ FLEETMEND_PORT: '80a' }),
      /^✗ FLEETMEND_PORT must be a number from 1 to 65535, not "80a"\.$/,
    ],
    [
      'a port out of range',
      () => settings({ FLEETMEND_PORT: '70000' }),
      /^✗ FLEETMEND_PORT must be a number from 1 to 65535, not "70000"\.$/,
    ],
    [
      'an address of another machine',
      () => settings({ FLEETMEND_HOST: '192.0.2.1' }),
      /^✗ FLEETMEND_HOST is 192\.0\.2\.1, which is no address of this machine/,
    ],
    [
      'an origin that is none',
      () => settings({ FLEETMEND_ORIGIN: 'patches' }),
      /^✗ FLEETMEND_ORIGIN must look like https:\/\/patches\.example\.org, not "patches"\.$/,
    ],
    [
      'an unknown log level',
      () => settings({ FLEETMEND_LOG: 'loud' }),
      /^✗ FLEETMEND_LOG must be one of .*, not "loud"\.$/,
    ],
    [
      'a folder that cannot be made',
      () => settings({ FLEETMEND_DATA: '/proc/fleetmend/data' }),
      /^✗ The data folder \/proc\/fleetmend\/data is not writable for \w+ \(\w+\); set FLEETMEND_DATA/,
    ],
    [
      'a database that does not answer',
      () => settings({ DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:9/x' }),
      /^✗ The database of DATABASE_URL cannot be used: (?!.*hunter2)/,
    ],
  ])('%s', async (_, env, sentence) => {
    await expectRefusal(runStart(env()), sentence);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  test('a data folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    await expectRefusal(
      runStart(settings({ FLEETMEND_DATA: file })),
      /^✗ FLEETMEND_DATA is .*, which is not a folder\.$/,
    );
  });

  test("a folder with somebody else's files", async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'thesis.txt'), 'mine');
    await expectRefusal(
      runStart(settings({ FLEETMEND_DATA: other })),
      /^✗ The folder .* holds other files; set FLEETMEND_DATA/,
    );
    expect(readdirSync(other)).toEqual(['thesis.txt']);
  });

  test.skipIf(!isRoot)('a folder that is not writable for an ordinary user', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o755 });
    const start = runStart(settings({ FLEETMEND_DATA: closed }), AS_NOBODY);
    await expectRefusal(
      start,
      /^✗ The data folder .*\/closed is not writable for nobody \(EACCES\); set FLEETMEND_DATA to one that is\.$/,
    );
    expect(readdirSync(closed)).toEqual([]);
  });

  test('another operating system', async () => {
    const pretend = "data:text/javascript,Object.defineProperty(process,'platform',{value:'darwin'})";
    const start = run([process.execPath, '--import', pretend, 'scripts/start.ts'], settings({}));
    await expectRefusal(start, /^✗ Fleetmend runs on Linux; this is darwin\.$/);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });
});

describe('a life', () => {
  const data = () => join(folder, 'life', 'data');
  const env = () => ({ FLEETMEND_DATA: data(), FLEETMEND_PORT: String(port) });
  const nothingRuns = () => expect.poll(() => processesOf(data()), { timeout: 20_000, interval: 200 }).toEqual([]);

  test('starts, refuses a second on the same data, and Ctrl-C ends everything in order', async () => {
    const first = runStart(env());
    const link = await signInLink(first);
    expect(new URL(link).origin).toBe(`http://localhost:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);

    await expectRefusal(
      runStart(env()),
      /^✗ Fleetmend is already running on this data \(pid \d+, since \d{4}-[^)]*\)\.$/,
    );
    await expectRefusal(
      runStart({ ...env(), FLEETMEND_PORT: String(port + 1) }),
      /^✗ Fleetmend is already running on this data/,
    );

    const began = Date.now();
    first.child.kill('SIGINT');
    expect(await first.ended, first.said()).toBe(0);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(first.said()).toContain('Stopping …');
    await nothingRuns();
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s to npm alone ends everything in order', async (signal) => {
    const npm = run(['npm', 'start'], env());
    await signInLink(npm);
    npm.child.kill(signal);
    await npm.ended;
    expect(npm.said()).toContain('Stopping …');
    await nothingRuns();
  });

  test('npm start killed outright leaves nothing running, and the data starts again', async () => {
    const npm = run(['npm', 'start'], env());
    await signInLink(npm);
    expect(processesOf(data()).length).toBeGreaterThan(2);
    npm.child.kill('SIGKILL');
    await nothingRuns();

    const again = runStart(env());
    await signInLink(again);
    const server = processesOf(data()).find((line) => line.includes('scripts/start.ts') && !line.includes('run.mjs'));
    process.kill(Number.parseInt(server ?? '', 10), 'SIGKILL');
    await again.ended;
    await nothingRuns();

    const last = runStart(env());
    await signInLink(last);
    last.child.kill('SIGTERM');
    expect(await last.ended, last.said()).toBe(0);
    await nothingRuns();
  });

  test('stopped while it is starting, it still leaves nothing running', async () => {
    const start = runStart({ ...env(), FLEETMEND_DATA: join(folder, 'life', 'young') });
    await expect.poll(() => start.said(), { timeout: 30_000, interval: 20 }).toContain('✓ port');
    start.child.kill('SIGTERM');
    expect(await start.ended, start.said()).toBe(0);
    await expect.poll(() => processesOf(join(folder, 'life', 'young')), { timeout: 20_000 }).toEqual([]);
  });

  test('the default port gives way to the next free one', async () => {
    const usual = await takePort(7600).catch(() => null);
    const start = runStart({ FLEETMEND_DATA: data() });
    const link = new URL(await signInLink(start));
    expect(Number(link.port)).toBeGreaterThan(7600);
    expect(start.said()).toContain('(7600 is taken)');
    // The machine was enrolled at another port before; its agent comes along.
    const log = () => readFileSync(join(data(), 'agent.log'), 'utf8');
    await expect.poll(log, { timeout: 20_000 }).toContain(`server=http://127.0.0.1:${link.port}`);
    start.child.kill('SIGTERM');
    expect(await start.ended, start.said()).toBe(0);
    await usual?.free();
  });

  test('listening on every address, it still enrols this machine by the loopback one', async () => {
    const start = runStart({ ...env(), FLEETMEND_HOST: '0.0.0.0' });
    await signInLink(start);
    expect(start.said()).toContain('✓ this machine is enrolled');
    start.child.kill('SIGTERM');
    expect(await start.ended, start.said()).toBe(0);
  });

  test.skipIf(!isRoot)('runs for an ordinary user', async () => {
    const home = join(folder, 'home');
    mkdirSync(home);
    const given = { ...env(), FLEETMEND_DATA: '', HOME: home, XDG_DATA_HOME: join(home, 'data') };
    chownSync(home, 65_534, 65_534);
    const start = runStart(given, AS_NOBODY);
    await signInLink(start);
    expect(start.said()).toContain(`✓ data folder ${join(home, 'data', 'fleetmend')}`);
    start.child.kill('SIGTERM');
    expect(await start.ended, start.said()).toBe(0);
    await expect.poll(() => processesOf(home), { timeout: 20_000 }).toEqual([]);
  });
});

test('on an old Node without one for the machine, the door says so', async () => {
  const pretend =
    "data:text/javascript,Object.defineProperty(process,'arch',{value:'riscv64'});Object.defineProperty(process,'versions',{value:{node:'20.1.0'}})";
  const start = run([process.execPath, '--import', pretend, join(ROOT, 'scripts/run.mjs'), 'scripts/start.ts'], {});
  await expectRefusal(start, /^Fleetmend needs Node 22\.18 or newer on linux\/riscv64; this is Node 20\.1\.0\.$/);
});
