import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '@fleetmend/domain/changes/change-document.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildAgent } from '../../scripts/build-agent.ts';
import { agentBinds, installAgent } from './agent-on-host.ts';
import { type Host, startHost } from './host.ts';
import { canRunLab } from './lab-obstacle.ts';
import { ENROLMENT_CODE, type EnrolledAsset, type ProtocolServer, startProtocolServer } from './protocol-server.ts';
import { createRepository, type Repository } from './repository.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
const DPKG_STATE = '-f=${db:Status-Abbrev}${Version}';

const isPossible = canRunLab('the agent on a booted host');

describe.skipIf(!isPossible)('the agent and the applier on a booted host', () => {
  let repository: Repository;
  let server: ProtocolServer;
  let host: Host;
  let asset: EnrolledAsset;

  beforeAll(async () => {
    repository = await createRepository();
    await repository.publish('1.0-1');
    server = await startProtocolServer();
    host = await startHost({ name: 'web-01', sources: repository.sources, binds: agentBinds(await buildAgent()) });
    await host.must(['apt-get', '-q', 'update']);
    await host.must(['apt-get', '-q', '-y', 'install', 'pmhello=1.0-1']);
    // Installed twice, and looked at as root before it is enrolled: neither may leave anything the agent cannot use.
    await host.must(['sh', '/srv/fleetmend/install.sh']);
    await host.must(['fleetmend-agent', 'inventory']);
    await installAgent(host, { server: server.url, code: ENROLMENT_CODE, root: server.rootDigest });
    asset = await server.until('an enrolled asset', () => [...server.assets.values()][0]);
  });

  afterAll(async () => {
    await host?.destroy();
    await server?.close();
    await repository?.close();
  });

  const runs = () => readFileSync(join(host.root, 'var/lib/pmhello/runs'), 'utf8').trim().split('\n');
  const installed = async () => (await host.must(['dpkg-query', '-W', DPKG_STATE, 'pmhello'])).trim();
  const refusals = async () =>
    (await host.exec(['cat', '/var/lib/fleetmend-applier/refusals.ndjson'])).stdout.trim().split('\n');
  const update = (version: string) =>
    server.until(`update ${version}`, () =>
      asset.updates?.find((entry) => entry.name === 'pmhello' && entry.candidate_version === version),
    );

  /** The plan once the agent's lists know both the version to come and the way back. */
  async function planTo(version: string): Promise<Target> {
    const ask = () => server.plan(asset.asset, [{ ecosystem: 'deb', name: 'pmhello', architecture: 'all', version }]);
    let answer = await ask();
    for (let tries = 0; tries < 10 && (answer.outcome !== 'planned' || answer.rollback.class === 'none'); tries++) {
      await sleep(500);
      answer = await ask();
    }
    if (answer.outcome !== 'planned') throw new Error(answer.reason);
    return {
      asset: asset.asset,
      hostname: asset.hostname,
      key: asset.key,
      operations: answer.operations,
      rollback: answer.rollback,
    };
  }
  async function killMain(unit: string): Promise<void> {
    await host.must(['systemctl', 'kill', '--kill-whom=main', '--signal=KILL', unit]);
  }

  test('reports what it has and lacks, to the package what apt itself lists', async () => {
    await repository.publish('1.1-1', { security: true, cves: ['CVE-2026-11111'] });
    const found = await update('1.1-1');
    expect(found).toMatchObject({
      installed_version: '1.0-1',
      is_security: true,
      is_held: false,
      origin: 'FleetmendTest-Security:1/stable-security',
      suite: 'stable-security',
    });
    const learnt = await server.until('CVE ids', () => asset.updates?.[0]?.changelog_cves);
    expect(learnt).toEqual(['CVE-2026-11111']);
    await host.must(['apt-get', '-q', 'update']);
    const listed = (await host.must(['apt', 'list', '--upgradable']))
      .split('\n')
      .filter((line) => line.includes('upgradable from'));
    expect(listed.length).toBe(asset.updates?.length);
    expect(asset.lines.length).toBe((await host.must(['dpkg-query', '-W', '-f=.\\n'])).split('.').length - 1);
    expect(asset.facts).toMatchObject({
      hostname: 'web-01',
      os: { id: 'debian', codename: 'bookworm' },
      lists_error: null,
      reboot_required: false,
    });
    expect(asset.facts?.agent).toMatchObject({ mode: 'apply', root_version: 1 });
    expect(asset.facts?.machine_id).toBe(readFileSync(join(host.root, 'etc/machine-id'), 'utf8').trim());
    expect(await host.must(['find', '/var/lib/fleetmend-agent', '!', '-user', 'fleetmend'])).toBe('');
    expect(server.complaints).toEqual([]);
  });

  test('names a service that still runs a program replaced on the disk, though the agent itself may not look', async () => {
    await host.must(['cp', '/bin/sleep', '/usr/local/bin/oldsleep']);
    await host.must(['systemd-run', '--quiet', '--unit=oldservice', '/usr/local/bin/oldsleep', '600']);
    await host.must(['rm', '/usr/local/bin/oldsleep']);
    const stale = await server.until('the stale service', () =>
      asset.facts?.stale_services.find((service) => service.unit === 'oldservice.service'),
    );
    expect(stale).toMatchObject({ files: ['/usr/local/bin/oldsleep'], pids: [expect.any(Number)] });
    await host.must(['systemctl', 'stop', 'oldservice']);
    await server.until('its end', () => asset.facts?.stale_services.length === 0);
  });

  test('plans exactly, and says in words why it cannot', async () => {
    const target = await planTo('1.1-1');
    expect(target.operations).toMatchObject([{ package: 'pmhello', architecture: 'all', from: '1.0-1', to: '1.1-1' }]);
    expect(target.rollback).toMatchObject({ class: 'downgrade', operations: [{ from: '1.1-1', to: '1.0-1' }] });
    const nowhere = await server.plan(asset.asset, [
      { ecosystem: 'deb', name: 'pmhello', architecture: 'all', version: '9.9-1' },
    ]);
    expect(nowhere).toMatchObject({
      outcome: 'impossible',
      reason: expect.stringContaining("Version '9.9-1' for 'pmhello' was not found"),
    });
    await host.must(['apt-mark', 'hold', 'pmhello']);
    const held = await server.plan(asset.asset, [
      { ecosystem: 'deb', name: 'pmhello', architecture: 'all', version: '1.1-1' },
    ]);
    expect(held).toMatchObject({ outcome: 'impossible', reason: expect.stringContaining('held back') });
    await server.until('the hold', () => asset.updates?.[0]?.is_held);
    await host.must(['apt-mark', 'unhold', 'pmhello']);
  });

  test('refuses what people have not signed, each for its own reason, and runs nothing', async () => {
    const target = await planTo('1.1-1');
    const document = server.makeDocument([target]);
    const order = server.makeOrder(asset.asset, 'install', document);
    const other = (changes: Parameters<typeof server.makeDocument>[1]) =>
      server.makeOrder(asset.asset, 'install', server.makeDocument([target], changes));
    const tampered = server.makeDocument([
      { ...target, operations: target.operations.map((operation) => ({ ...operation, sha256: 'f'.repeat(64) })) },
    ]);
    const cases: [Order, string][] = [
      [{ ...server.makeOrder(asset.asset, 'install', tampered), signatures: order.signatures }, 'bad-signature'],
      [{ ...order, signatures: [] }, 'quorum-not-met'],
      [
        other({
          targets: [{ ...target, asset: 'asset_9' }],
          rings: [{ name: 'all', assets: ['asset_9'], max_in_flight: 1, bake_seconds: 0 }],
        }),
        'not-a-target',
      ],
      [other({ targets: [{ ...target, key: 'a'.repeat(64) }] }), 'key-mismatch'],
      [other({ windows: [{ from: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' }] }), 'expired'],
      [other({ organization: 'org_else' }), 'organization-mismatch'],
      [{ ...server.makeOrder(asset.asset, 'rollback', document) }, 'install-unknown'],
    ];
    const before = runs();
    const codes: string[] = [];
    for (const [index, [altered]] of cases.entries()) {
      // An id is only ever tried once by the networked half, so each altered copy gets its own attempt where the id allows it.
      const result = await server.carryOut(
        index === 1 ? { ...server.makeOrder(asset.asset, 'install', document, 2), signatures: [] } : altered,
      );
      expect(result.outcome).toBe('refused');
      codes.push(result.code);
    }
    expect(codes.slice(1)).toEqual(cases.slice(1).map(([, code]) => code));
    expect(codes[0]).toMatch(/signature/);
    expect((await refusals()).length).toBeGreaterThanOrEqual(cases.length);
    expect(runs()).toEqual(before);
    expect(await installed()).toBe('ii 1.0-1');
  });

  test('refuses a file whose bytes are not the approved ones, wherever they were changed', async () => {
    const target = await planTo('1.1-1');
    await repository.publish('1.1-1', { security: true, cves: ['CVE-2026-11111'], salt: 'swapped' });
    await sleep(3000);
    const swapped = await server.carryOut(server.makeOrder(asset.asset, 'install', server.makeDocument([target])));
    expect(swapped).toMatchObject({ outcome: 'failed', code: 'digest-mismatch' });
    const handed = join(host.root, 'var/lib/fleetmend-agent/evil.deb');
    writeFileSync(handed, 'not a package');
    const order = server.makeOrder(asset.asset, 'install', server.makeDocument([target]));
    const files = Object.fromEntries(
      [...target.operations, ...target.rollback.operations].map((operation) => [
        operation.sha256,
        '/var/lib/fleetmend-agent/evil.deb',
      ]),
    );
    const frame = JSON.stringify({ type: 'run', order, waited_seconds: 0, files, from_line: 0 });
    const script =
      "const s=require('net').connect('/run/fleetmend/applier.sock');s.write(require('fs').readFileSync(0)+'\\n');s.on('data',(d)=>{process.stdout.write(d);if(String(d).includes('\"result\"'))s.end()})";
    const said = await host.must(['/opt/fleetmend-agent/current/node', '-e', script], { input: frame });
    expect(said).toContain('"code":"file-mismatch"');
    expect(await installed()).toBe('ii 1.0-1');
    await server.until('the new digest', () =>
      asset.updates?.some((entry) => entry.sha256 !== target.operations[0]?.sha256),
    );
  });

  test('installs what was signed, streams its log without escapes, measures the gate, and takes it back', async () => {
    const document = server.makeDocument([await planTo('1.1-1')]);
    const order = server.makeOrder(asset.asset, 'install', document);
    const result = await server.carryOut(order);
    expect(result).toMatchObject({
      outcome: 'succeeded',
      code: 'installed',
      versions: { pmhello: '1.1-1' },
      reboot_required: false,
    });
    expect(await installed()).toBe('ii 1.1-1');
    const told = server.eventsOf(order.id);
    expect(told[0]?.type === 'log' ? told[1]?.type : told[0]?.type).toBe('accepted');
    const lines = told.flatMap((event) => (event.type === 'log' ? [event.text] : []));
    expect(lines.some((line) => line.includes('Setting up pmhello (1.1-1)'))).toBe(true);
    expect(lines).toContain('configured');
    await server.until('the new version in a later report', () =>
      asset.lines.some((line) => line.includes('pmhello\t1.1-1')),
    );
    // Between the two the package is unpacked and not installed: whoever looks then sees it go before it comes.
    expect(asset.inventory_reports.at(-1)).toMatchObject({ base: expect.any(String) as string, added: 1 });
    expect(await server.carryOut(server.makeOrder(asset.asset, 'probe', document))).toMatchObject({
      outcome: 'succeeded',
      code: 'gates-passed',
    });
    await repository.withdraw('1.0-1');
    const back = await server.carryOut(server.makeOrder(asset.asset, 'rollback', document));
    expect(back).toMatchObject({ outcome: 'succeeded', code: 'rolled-back', versions: { pmhello: '1.0-1' } });
    expect(await installed()).toBe('ii 1.0-1');
    expect(runs()).toEqual(['1.0-1', '1.1-1', '1.0-1']);
    await repository.publish('1.0-1');
  });

  test('an order that comes again runs nothing and gets the recorded answer', async () => {
    const before = runs();
    const order = server.makeOrder(asset.asset, 'install', server.makeDocument([await planTo('1.1-1')]));
    const first = await server.carryOut(order);
    expect(first.outcome).toBe('succeeded');
    await host.must(['systemctl', 'stop', 'fleetmend-agent']);
    await host.must(['sh', '-c', 'rm -rf /var/lib/fleetmend-agent/outbox/* /var/lib/fleetmend-agent/orders/*']);
    const script =
      "const s=require('net').connect('/run/fleetmend/applier.sock');s.write(require('fs').readFileSync(0)+'\\n');s.on('data',(d)=>{process.stdout.write(d);if(String(d).includes('\"result\"'))s.end()})";
    const said = await host.must(['/opt/fleetmend-agent/current/node', '-e', script], {
      input: JSON.stringify({ type: 'run', order, waited_seconds: 0, files: {}, from_line: 0 }),
    });
    expect(said).toContain(first.finished_at);
    await host.must(['systemctl', 'start', 'fleetmend-agent']);
    expect(runs()).toEqual([...before, '1.1-1']);
  });

  test('waits for the dpkg lock and says who holds it', async () => {
    await repository.publish('1.2-1');
    await update('1.2-1');
    const order = server.makeOrder(asset.asset, 'install', server.makeDocument([await planTo('1.2-1')]));
    // dpkg itself holds the lock while a maintainer script of somebody else's installation sleeps.
    await repository.publish('1.0-1', { name: 'pmother', postinst_seconds: 4 });
    await host.must(['apt-get', '-q', 'update']);
    const busy = host.exec(['apt-get', '-q', '-y', 'install', 'pmother']);
    await sleep(1500);
    const result = await server.carryOut(order);
    expect((await busy).code).toBe(0);
    expect(result).toMatchObject({ outcome: 'succeeded', code: 'installed' });
    const lines = server.eventsOf(order.id).flatMap((event) => (event.type === 'log' ? [event.text] : []));
    expect(lines.find((line) => line.startsWith('waiting:'))).toMatch(/in use by process \d+ \(.*apt-get.*pmother/);
  });

  test('a broken version fails its gate and is taken back; a failing maintainer script is told as it is', async () => {
    await repository.publish('1.3-1', { is_broken: true });
    await update('1.3-1');
    const document = server.makeDocument([await planTo('1.3-1')]);
    expect(await server.carryOut(server.makeOrder(asset.asset, 'install', document))).toMatchObject({
      outcome: 'succeeded',
    });
    expect(await server.carryOut(server.makeOrder(asset.asset, 'probe', document))).toMatchObject({
      outcome: 'failed',
      code: 'gate-failed',
      detail: expect.stringContaining('pmhello.service is failed'),
    });
    expect(await server.carryOut(server.makeOrder(asset.asset, 'rollback', document))).toMatchObject({
      outcome: 'succeeded',
      versions: { pmhello: '1.2-1' },
    });
    await repository.publish('1.4-1', { postinst_fails: true });
    await update('1.4-1');
    const failing = server.makeDocument([await planTo('1.4-1')]);
    const failed = await server.carryOut(server.makeOrder(asset.asset, 'install', failing));
    expect(failed).toMatchObject({
      outcome: 'failed',
      code: 'package-manager-failed',
      detail: expect.stringContaining('pmhello'),
    });
    // Unpacked is not installed: a second try is not taken for success either.
    expect(await server.carryOut(server.makeOrder(asset.asset, 'install', failing, 2))).toMatchObject({
      outcome: 'failed',
      code: 'package-manager-failed',
    });
    expect(await server.carryOut(server.makeOrder(asset.asset, 'rollback', failing))).toMatchObject({
      outcome: 'succeeded',
      versions: { pmhello: '1.2-1' },
    });
    expect(await installed()).toBe('ii 1.2-1');
  });

  test.each(['fleetmend-applier', 'fleetmend-agent'])(
    'kill -9 of %s in the middle of an installation loses nothing and runs nothing twice',
    async (unit) => {
      const version = unit === 'fleetmend-applier' ? '1.5-1' : '1.6-1';
      await repository.publish(version, { postinst_seconds: 3 });
      await update(version);
      const order = server.makeOrder(asset.asset, 'install', server.makeDocument([await planTo(version)]));
      server.offer(order);
      await server.until('the maintainer script', () =>
        server.eventsOf(order.id).some((event) => event.type === 'log' && event.text.includes('working for')),
      );
      await killMain(unit);
      const result = await server.until('the result', () => server.resultOf(order.id));
      expect(result).toMatchObject({ outcome: 'succeeded', versions: { pmhello: version } });
      if (unit === 'fleetmend-applier') expect(result.code).toBe('resumed');
      expect(runs().filter((line) => line === version)).toEqual([version]);
      const sequences = server.eventsOf(order.id).map((event) => event.sequence);
      expect(sequences).toEqual(sequences.map((_, index) => index));
    },
  );

  test('kill -9 of both halves at once, sooner and later after the order: each ends in place, once', async () => {
    for (const [index, delay] of [30, 250, 600, 1000, 1500].entries()) {
      const version = `1.6.${index + 1}-1`;
      await repository.publish(version);
      await update(version);
      const order = server.makeOrder(asset.asset, 'install', server.makeDocument([await planTo(version)]));
      server.offer(order);
      await server.until('the order to be taken', () => asset.holds.includes(order.id) || server.resultOf(order.id));
      await sleep(delay);
      await Promise.all([killMain('fleetmend-applier'), killMain('fleetmend-agent')]);
      const result = await server.until('the result', () => server.resultOf(order.id));
      expect(result).toMatchObject({ outcome: 'succeeded', versions: { pmhello: version } });
      expect(await installed()).toBe(`ii ${version}`);
      expect(runs().filter((line) => line === version)).toEqual([version]);
      expect(
        server
          .eventsOf(order.id)
          .filter((event) => event.type !== 'log')
          .map((event) => event.type),
      ).toEqual(['accepted', 'result']);
    }
  });

  test('power lost in the middle of an installation: after the boot it is finished', async () => {
    await repository.publish('1.7-1', { postinst_seconds: 3 });
    await update('1.7-1');
    const order = server.makeOrder(asset.asset, 'install', server.makeDocument([await planTo('1.7-1')]));
    server.offer(order);
    await server.until('the maintainer script', () =>
      server.eventsOf(order.id).some((event) => event.type === 'log' && event.text.includes('working for')),
    );
    await host.powerCut();
    await host.boot();
    const result = await server.until('the result', () => server.resultOf(order.id));
    expect(result).toMatchObject({ outcome: 'succeeded', code: 'resumed', versions: { pmhello: '1.7-1' } });
    expect(await installed()).toBe('ii 1.7-1');
    expect(runs().filter((line) => line === '1.7-1')).toEqual(['1.7-1']);
    expect((await host.must(['dpkg', '--audit'])).trim()).toBe('');
  });

  test('reboots when ordered, once, and reports it from the other side; a server that is away loses nothing', async () => {
    await repository.publish('1.8-1', { needs_reboot: true });
    await update('1.8-1');
    const document = server.makeDocument([await planTo('1.8-1')]);
    const install = server.makeOrder(asset.asset, 'install', document);
    server.offer(install);
    await server.until('acceptance', () => server.eventsOf(install.id).some((event) => event.type === 'accepted'));
    server.setAway(true);
    await sleep(2000);
    server.setAway(false);
    expect(await server.until('the result', () => server.resultOf(install.id))).toMatchObject({
      outcome: 'succeeded',
      reboot_required: true,
    });
    await server.until('the need to reboot', () => asset.facts?.reboot_reasons.includes('pmhello asks for a reboot'));
    const boots = host.boots();
    const bootBefore = await host.bootId();
    server.offer(server.makeOrder(asset.asset, 'reboot', document));
    await host.waitForBoot(boots + 1);
    const reboot = await server.until('the reboot result', () =>
      server.resultOf(server.makeOrder(asset.asset, 'reboot', document).id),
    );
    expect(reboot).toMatchObject({ outcome: 'succeeded', code: 'rebooted', reboot_required: false });
    expect(reboot.boot_id).not.toBe(bootBefore);
    await server.until(
      'facts after the boot',
      () => asset.facts?.reboot_required === false && asset.facts.boot_id === reboot.boot_id,
    );
    await sleep(1500);
    expect(host.boots()).toBe(boots + 1);
    expect(server.complaints).toEqual([]);
  });

  test('without a root half the machine observes and refuses orders', async () => {
    await host.must(['systemctl', 'disable', '--now', 'fleetmend-applier']);
    await server.until('observe mode', () => asset.facts?.agent?.mode === 'observe');
    const order = server.makeOrder(
      asset.asset,
      'install',
      server.makeDocument([
        {
          asset: asset.asset,
          hostname: asset.hostname,
          key: asset.key,
          operations: [],
          rollback: { class: 'none', operations: [], reason: null },
        },
      ]),
    );
    const result = await server.carryOut(order);
    expect(result).toMatchObject({ outcome: 'refused', code: 'observe-only' });
  });
});
