import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlanAnswer } from '@fleetmend/api/agent-protocol.ts';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Host, startHost } from './host.ts';
import { canRunLab } from './lab-obstacle.ts';
import { createRepository, type Repository } from './repository.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = '/var/tmp/agent';
const UNPRIVILEGED = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
/** Everything apt keeps for the system, to the last byte and time stamp. */
const APT_STATE = [
  'sh',
  '-c',
  "find /var/lib/apt /var/cache/apt /var/lib/dpkg /var/log/apt -printf '%p %y %s %T@ %C@\\n' | sort",
];

const isPossible = canRunLab('the apt plug-in on a real Debian');

describe.skipIf(!isPossible)('the apt plug-in on a real Debian, as an ordinary user', () => {
  let repository: Repository;
  let host: Host;

  /** Runs an expression over the plug-in inside the host, as nobody. */
  async function call<T>(expression: string): Promise<T> {
    const script = `const { apt } = await import('/srv/checkout/packages/agent/src/package-managers/apt/apt.ts'); console.log(JSON.stringify(await (${expression})));`;
    return JSON.parse(await host.must([...UNPRIVILEGED, '/srv/node', '--input-type=module', '-e', script]));
  }
  const refresh = () => call<{ refreshed_at: string | null; error: string | null }>(`apt.refreshLists('${FOLDER}')`);
  const updates = () => call<AvailableUpdate[]>(`apt.listUpdates('${FOLDER}', await apt.listInstalled())`);
  const plan = (name: string, version: string) =>
    call<PlanAnswer['answer']>(
      `apt.plan('${FOLDER}', ${JSON.stringify([{ ecosystem: 'deb', name, version, architecture: 'all' }])})`,
    );
  const upgradable = async () =>
    (await host.must(['apt', 'list', '--upgradable']))
      .split('\n')
      .filter((line) => line.includes('upgradable from'))
      .map((line) => {
        const [, name, candidate, architecture, installed] =
          /^([^/]+)\/\S+ (\S+) (\S+) \[upgradable from: (\S+)\]/.exec(line) ?? [];
        return `${name}:${architecture} ${installed} ${candidate}`;
      });
  const asLines = (list: AvailableUpdate[]) =>
    list.map((entry) => `${entry.name}:${entry.architecture} ${entry.installed_version} ${entry.candidate_version}`);

  beforeAll(async () => {
    repository = await createRepository();
    await repository.publish('1.0-1');
    await repository.publish('1.0-1', { name: 'pmother' });
    host = await startHost({
      name: 'apt-01',
      sources: repository.sources,
      binds: { '/srv/checkout': CHECKOUT, '/srv/node': process.execPath },
    });
    writeFileSync(
      join(host.root, 'etc/apt/apt.conf.d/99hook'),
      'APT::Update::Post-Invoke { "touch /var/tmp/hooked"; };\n',
    );
    await host.must(['apt-get', '-q', 'update']);
    await host.must(['apt-get', '-q', '-y', 'install', 'pmhello=1.0-1', 'pmother=1.0-1']);
    await host.must(['rm', '-f', '/var/tmp/hooked']);
    await host.must(['sh', '-c', `mkdir ${FOLDER} && chown nobody ${FOLDER}`]);
  });
  afterAll(async () => {
    await host?.destroy();
    await repository?.close();
  });

  test('before its first refresh it reads the lists of the system, and says that it has none of its own', async () => {
    await repository.publish('1.1-1');
    await host.must(['apt-get', '-q', 'update']);
    await host.must(['rm', '-f', '/var/tmp/hooked']);
    expect(await call(`apt.readListsStatus('${FOLDER}')`)).toEqual({ refreshed_at: null, error: null });
    expect(asLines(await updates())).toEqual(await upgradable());
  });

  test('with lists of its own it knows more than the system, and leaves the system exactly as it was', async () => {
    await repository.publish('1.2-1', { security: true, cves: ['CVE-2026-0002'] });
    const before = await host.must(APT_STATE);
    expect(await refresh()).toMatchObject({ refreshed_at: expect.any(String), error: null });
    const [update] = await updates();
    expect(update).toMatchObject({
      candidate_version: '1.2-1',
      is_security: true,
      origin: 'FleetmendTest-Security:1/stable-security',
    });
    expect(await call(`apt.readChangelogs('${FOLDER}', ${JSON.stringify([update])})`)).toBe(true);
    expect((await updates())[0]?.changelog_cves).toEqual(['CVE-2026-0002']);
    expect((await plan('pmhello', '1.2-1')).outcome).toBe('planned');
    const operations = JSON.stringify([
      {
        ecosystem: 'deb',
        package: 'pmhello',
        architecture: 'all',
        to: '1.2-1',
        sha256: update?.sha256,
        size: update?.size,
      },
    ]);
    expect(
      await call(`apt.fetchFiles('${FOLDER}', ${operations}).then((fetched) => [fetched.files.size, fetched.error])`),
    ).toEqual([1, null]);
    expect(await host.must(APT_STATE)).toBe(before);
    expect((await host.exec(['test', '-e', '/var/tmp/hooked'])).code).toBe(1);
    expect(await upgradable()).toEqual(['pmhello:all 1.0-1 1.1-1']);
  });

  test('a repository that is away is said so, and what was known stays known', async () => {
    const before = await updates();
    repository.setReachable(false);
    const status = await refresh();
    repository.setReachable(true);
    expect(status.error).toContain('503');
    expect(status.refreshed_at).not.toBeNull();
    expect(await updates()).toEqual(before);
    expect(await refresh()).toMatchObject({ error: null });
  });

  test('a repository whose signature is not by its key is not believed', async () => {
    const stranger = await createRepository();
    await stranger.publish('9.9-1');
    const path = join(host.root, 'etc/apt/sources.list.d/stranger.sources');
    writeFileSync(path, repository.sources.replace(repository.url, stranger.url));
    const status = await refresh();
    expect(status.error).toMatch(/NO_PUBKEY|not signed|couldn't be verified/);
    expect(asLines(await updates())).toEqual(['pmhello:all 1.0-1 1.2-1']);
    await host.must(['rm', '/etc/apt/sources.list.d/stranger.sources']);
    await stranger.close();
    expect(await refresh()).toMatchObject({ error: null });
  });

  test('the plan holds what a version newly depends on, and leaves it there on the way back', async () => {
    await repository.publish('2.0-1', { name: 'pmdata' });
    await repository.publish('1.3-1', { depends: ['pmdata (>= 2)'] });
    await refresh();
    const newest = (await updates()).find(({ name }) => name === 'pmhello');
    expect(newest).toMatchObject({ candidate_version: '1.3-1', is_security: false, fix_version: '1.2-1' });
    const fix = await plan('pmhello', '1.2-1');
    expect(fix).toMatchObject({ operations: [{ package: 'pmhello', from: '1.0-1', to: '1.2-1' }] });
    const answer = await plan('pmhello', '1.3-1');
    if (answer.outcome !== 'planned') throw new Error(answer.reason);
    expect(answer.operations.map(({ package: name, from, to }) => `${name} ${from} ${to}`).sort()).toEqual([
      'pmdata null 2.0-1',
      'pmhello 1.0-1 1.3-1',
    ]);
    for (const operation of answer.operations)
      expect(operation).toMatchObject({
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        origin: 'FleetmendTest:1/stable',
      });
    expect(answer.rollback).toMatchObject({
      class: 'downgrade',
      operations: [{ package: 'pmhello', from: '1.3-1', to: '1.0-1' }],
    });
  });

  test('whatever cannot be done exactly is impossible, in words', async () => {
    await repository.publish('1.4-1', { conflicts: ['pmother'] });
    await repository.publish('1.5-1', { depends: ['pmnowhere'] });
    await refresh();
    expect(await plan('pmhello', '1.4-1')).toMatchObject({
      outcome: 'impossible',
      reason: expect.stringMatching(/remove/),
    });
    expect(await plan('pmhello', '1.5-1')).toMatchObject({
      outcome: 'impossible',
      reason: expect.stringContaining('pmnowhere'),
    });
    expect(await plan('pmhello', '1.0-1')).toMatchObject({
      outcome: 'impossible',
      reason: expect.stringContaining('already installed'),
    });
    expect(await plan('pmabsent', '1.0-1')).toMatchObject({
      outcome: 'impossible',
      reason: 'pmabsent is not installed',
    });
    expect(await plan('pmhello', '0.1-1')).toMatchObject({
      outcome: 'impossible',
      reason: expect.stringContaining('older'),
    });
  });

  test('when the installed version is nowhere to be had any more there is no way back, and the plan says so', async () => {
    await repository.withdraw('1.0-1');
    await refresh();
    expect(await plan('pmhello', '1.2-1')).toMatchObject({
      outcome: 'planned',
      rollback: { class: 'none', operations: [], reason: 'no repository offers pmhello 1.0-1 any more' },
    });
  });

  test('reads more than a hundred updates in three seconds, and they are those apt lists', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `pmmany${index}`);
    const paragraph = (name: string, version: string, more: string) =>
      `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: T <t@example.org>\n${more}Description: test\n\n`;
    appendFileSync(
      join(host.root, 'var/lib/dpkg/status'),
      names.map((name) => paragraph(name, '1.0-1', 'Status: install ok installed\n')).join(''),
    );
    await repository.addToIndex(
      names
        .map((name) => paragraph(name, '1.1-1', `Filename: pool/${name}.deb\nSize: 10\nSHA256: ${'ab'.repeat(32)}\n`))
        .join(''),
    );
    await host.must(['apt-get', '-q', 'update']);
    await refresh();
    const started = performance.now();
    const list = await updates();
    expect(performance.now() - started).toBeLessThan(3000);
    expect(list.length).toBeGreaterThan(120);
    expect(asLines(list)).toEqual((await upgradable()).sort());
  });
});
