import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LIVENESS, type Liveness } from '@fleetmend/domain/inventory/liveness.ts';
import { createTestDatabase } from '@fleetmend/server/platform/test-database.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../packages/cli/src/test-io.ts';
import { packAgent } from '../scripts/build-agent.ts';
import { buildConsole } from '../scripts/start/build-console.ts';
import { type Host, startHost } from './lab/host.ts';
import { canRunLab } from './lab/lab-obstacle.ts';
import { type LabNetwork, startLabNetwork } from './lab/network.ts';
import { startTlsFront, type TlsFront } from './lab/tls-front.ts';
import { CHROMIUM, type Console, openConsole } from './support/console.ts';
import { type Person, signIn } from './support/person.ts';
import { type ServerProcess, startServerProcess } from './support/server-process.ts';
import { until } from './support/until.ts';

const canRun = canRunLab('five hosts with addresses of their own') && CHROMIUM !== undefined;
if (CHROMIUM === undefined)
  process.stderr.write('\n!!! SKIPPED: five hosts with addresses of their own: no Chromium\n\n');

const NAME = 'fleet.lab';
const REPO = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const STATE = 'var/lib/fleetmend-agent';
const NAMES = ['lab-1', 'lab-2', 'lab-3', 'lab-4', 'lab-5'];
/** As the console puts them. */
const WORDS: Record<Liveness, string> = {
  never: 'Never reported',
  reporting: 'Reporting',
  silent: 'Silent',
  waiting: 'Waiting to be let in',
  cloned: 'Cloned',
};

/** Five machines on a network of their own, behind a proxy with a company's certificate, and what people are told of them. */
describe.skipIf(!canRun)('five hosts with addresses of their own', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let server: ServerProcess;
  let network: LabNetwork;
  let front: TlsFront;
  let console: Console;
  let person: Person;
  const work = mkdtempSync(join(tmpdir(), 'fleetmend-five-'));
  const hosts = new Map<string, Host>();

  beforeAll(async () => {
    await Promise.all([packAgent(), buildConsole(REPO, new AbortController().signal)]);
    database = await createTestDatabase();
    const origin = `https://${NAME}`;
    const options = { databaseUrl: database.url, dataDir: work, checkInSeconds: 1, logLevel: 'error', origin };
    server = await startServerProcess(options);
    [network, front] = await Promise.all([startLabNetwork(), startTlsFront(NAME, server.port)]);
    await network.relay(443, front.socketPath);
    person = await signIn(server.url, server.signInLink);
    console = await openConsole([NAME]);
    const { data } = await person.call('listPeople', {});
    const { sign_in_url } = await person.call('renewSignInLink', { params: { id: data[0]?.id ?? '' } });
    await console.page.goto(sign_in_url.replace(origin, `${origin}:${front.port}`));
    await console.page.getByRole('heading', { name: 'Overview' }).waitFor();
    for (const name of NAMES) await bootHost(name);
  });
  afterAll(async () => {
    await console?.close();
    for (const host of hosts.values()) await host.destroy();
    await network?.close();
    await front?.close();
    await server?.stop();
    await database?.drop();
    rmSync(work, { recursive: true, force: true });
  });

  /** A new machine under this name and address, whatever was there before. */
  async function bootHost(name: string): Promise<void> {
    await hosts.get(name)?.destroy();
    const address = network.address(10 + Number(name.slice(-1)));
    const host = await startHost({
      name,
      image: 'tools',
      network: { lab: network, address },
      prepare(root) {
        writeFileSync(join(root, 'usr/local/share/ca-certificates/lab.crt'), front.authority);
        writeFileSync(join(root, 'etc/hosts'), `127.0.0.1 localhost ${name}\n${network.gateway} ${NAME}\n`);
      },
    });
    hosts.set(name, host);
    await host.must(['update-ca-certificates']);
    expect(await host.must(['hostname', '-I'])).toContain(address);
  }

  const hostOf = (name: string): Host => {
    const host = hosts.get(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  };

  /** Pastes on a machine what the console and the CLI show for it: the very text, in a shell. */
  async function paste(name: string, command: string): Promise<void> {
    await hostOf(name).must(['bash', '-ec', command], { cwd: '/' });
  }
  const codeFor = (asset?: string) => person.call('createEnrolmentCode', { body: { asset } });

  async function assets() {
    return (await person.call('listAssets', {})).data;
  }

  /** Waits until the API says so, then looks whether the CLI and the page say the same. */
  async function tells(wanted: Record<string, Liveness | readonly Liveness[]>): Promise<void> {
    const expected = Object.entries(wanted)
      .flatMap(([name, states]) => [states].flat().map((state) => `${name} ${state}`))
      .sort();
    await until(`the API to say ${expected.join(', ')}`, async () => {
      const told = (await assets()).map(({ hostname, liveness }) => `${hostname} ${liveness}`).sort();
      return told.join() === expected.join() ? true : Promise.reject(new Error(told.join(', ')));
    });
    const env = { FLEETMEND_URL: server.url, FLEETMEND_TOKEN: person.token, XDG_CONFIG_HOME: '/nonexistent' };
    const { out } = await runCli(['host', 'list'], { env });
    const rows = out
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    const told = rows.map((row) => `${row[0]} ${row.find((cell) => LIVENESS.some((word) => word === cell))}`);
    expect(told.sort()).toEqual(expected);
    const { page } = console;
    for (const state of new Set(Object.values(wanted).flat())) {
      await page.goto(`https://${NAME}:${front.port}/assets`);
      await page.getByRole('link', { name: WORDS[state], exact: true }).click();
      const shown = expected.filter((line) => line.endsWith(` ${state}`)).map((line) => line.split(' ')[0]);
      await until(`the page to show ${shown.join(', ')} as ${state}`, async () => {
        const seen = await page
          .getByRole('table', { name: 'Machines' })
          .getByRole('link', { name: /^lab-/ })
          .allInnerTexts();
        return seen.sort().join() === shown.sort().join();
      });
    }
  }
  const all = (state: Liveness, except: Record<string, Liveness | readonly Liveness[]> = {}) => ({
    ...Object.fromEntries(NAMES.map((name) => [name, state])),
    ...except,
  });

  test('each enrols by the command that is pasted, over https, from its own address', async () => {
    await Promise.all(NAMES.map(async (name) => paste(name, (await codeFor()).command)));
    await tells(all('reporting'));
    expect([...network.callers()].sort()).toEqual(NAMES.map((_, at) => network.address(11 + at)));
    expect(new Set((await assets()).map(({ facts }) => facts?.machine_id)).size).toBe(5);
    expect(await hostOf('lab-1').must(['fleetmend-agent', 'doctor'])).toContain(
      `The server at https://${NAME} answers.`,
    );
  });

  test('one whose cable is pulled is silent, and reports again when it is plugged in', async () => {
    await hostOf('lab-1').must(['networkctl', 'down', 'host0']);
    await tells(all('reporting', { 'lab-1': 'silent' }));
    const [silent] = (await assets()).filter(({ liveness }) => liveness === 'silent');
    expect(silent).toMatchObject({ state: 'unknown', next_step: 'See why its agent does not report.' });
    await hostOf('lab-1').must(['networkctl', 'up', 'host0']);
    await tells(all('reporting'));
  });

  test('one that restarts is the same machine, and its restart is told', async () => {
    const host = hostOf('lab-2');
    const before = (await assets()).find(({ hostname }) => hostname === 'lab-2');
    await host.exec(['systemctl', 'reboot']);
    await host.waitForBoot(2);
    await until('the report of the new boot', async () =>
      (await assets()).some(({ id, facts }) => id === before?.id && facts?.boot_id !== before?.facts?.boot_id),
    );
    await tells(all('reporting'));
    const { data } = await person.call('listAssetTimeline', { params: { id: before?.id ?? '' }, query: {} });
    expect(data[0]).toMatchObject({ kind: 'boot', text: 'Restarted.' });
  });

  test('one that comes up with the state of another makes two holders of one key: both are held until each enrols again', async () => {
    const before = new Map((await assets()).map(({ hostname, id }) => [hostname, id]));
    await hostOf('lab-4').must(['systemctl', 'stop', 'fleetmend-agent', 'fleetmend-applier']);
    rmSync(join(hostOf('lab-4').root, STATE), { recursive: true });
    cpSync(join(hostOf('lab-3').root, STATE), join(hostOf('lab-4').root, STATE), {
      recursive: true,
      preserveTimestamps: true,
    });
    await hostOf('lab-4').must(['chown', '-R', 'fleetmend:fleetmend', `/${STATE}`]);
    await hostOf('lab-4').must(['systemctl', 'start', 'fleetmend-applier', 'fleetmend-agent']);
    const held = await until('lab-3 to be held', async () =>
      (await assets()).find(({ id, liveness }) => id === before.get('lab-3') && liveness === 'cloned'),
    );
    expect(held.blocked_by[0]?.text).toContain('Two machines use the key of this one');
    expect(held.next_step).toContain('Enrol the one it really is again');
    // Whichever of the two spoke last gave the record its name.
    const { 'lab-3': _copied, 'lab-4': _copy, ...others } = all('reporting');
    const pair = held.hostname === 'lab-4' ? (['cloned', 'silent'] as const) : 'silent';
    await tells({ ...others, [held.hostname]: 'cloned', 'lab-4': pair });
    expect((await hostOf('lab-3').exec(['fleetmend-agent', 'doctor'])).stdout).toContain('enrol this machine again');

    await paste('lab-3', (await codeFor(before.get('lab-3'))).command);
    await paste('lab-4', (await codeFor(before.get('lab-4'))).command);
    await tells(all('reporting'));
    expect((await hostOf('lab-3').exec(['fleetmend-agent', 'doctor'])).stdout).not.toContain(
      'enrol this machine again',
    );
    expect(new Map((await assets()).map(({ hostname, id }) => [hostname, id]))).toEqual(before);
  });

  test('one that is set up anew joins as a second record, which is merged; or it takes its record back', async () => {
    const old = (await assets()).find(({ hostname }) => hostname === 'lab-5')?.id ?? '';
    await bootHost('lab-5');
    await paste('lab-5', (await codeFor()).command);
    await tells(all('reporting', { 'lab-5': ['silent', 'reporting'] }));
    const { data } = await person.call('listDuplicates', { query: {} });
    expect(data).toMatchObject([{ reading: 're_imaged', older: { id: old }, merge: { retired: old } }]);
    const { merge } = data[0] ?? {};
    await person.call('decidePair', { body: { kind: 'merged', kept: merge?.kept ?? '', other: old } });
    await tells(all('reporting'));

    await bootHost('lab-5');
    await tells(all('reporting', { 'lab-5': 'silent' }));
    await paste('lab-5', (await codeFor('lab-5')).command);
    await tells(all('reporting'));
    expect((await assets()).find(({ hostname }) => hostname === 'lab-5')?.id).toBe(merge?.kept);
    await console.look('five-hosts-at-the-end');
  });
});
