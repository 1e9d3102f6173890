import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import type { ApiError } from '@fleetmend/api/client.ts';
import { softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { dpkgList } from '@fleetmend/domain/inventory/package-lists/dpkg-list.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enrolTestHost } from '../../../test/test-host.ts';
import { startTestServer, type TestServer } from '../../../test/test-server.ts';
import { hasSshd, startTestSshd, type TestSshd } from '../../../test/test-sshd.ts';
import { scanHostKey } from './scan-host-key.ts';
import { issueCertificate, sshKeyBlob } from './ssh-certificate.ts';
import { openSshLogins } from './ssh-logins.ts';

test.skipIf(hasSshd)('openssh-server is not installed here: no machine was read over SSH', () => {
  expect(hasSshd).toBe(false);
});

describe.skipIf(!hasSshd)('machines that are read over SSH, by a real sshd', () => {
  let fleet: TestServer;
  let sshd: TestSshd;
  beforeAll(async () => {
    fleet = await startTestServer();
    sshd = await startTestSshd();
    await sshd.trust((await fleet.admin('readSshAuthority', {})).public_key);
  });
  afterAll(async () => {
    await fleet.close();
    await sshd.close();
  });

  const add = async (name: string, more: { fingerprint?: string; port?: number } = {}) => {
    const body = { address: '127.0.0.1', port: sshd.port, user_name: sshd.user, name, labels: { env: 'lab' }, ...more };
    const { id } = await fleet.admin('addSshHost', { body });
    await fleet.settle();
    return id;
  };
  const stand = (id: string) => fleet.admin('readSshHost', { params: { id } });
  const asset = (id: string) => fleet.admin('readAsset', { params: { id } });
  const read = async (id: string) => {
    await fleet.admin('requestSshRead', { params: { id } });
    await fleet.settle();
    return stand(id);
  };
  const refusal = (asked: Promise<unknown>) => asked.then(() => null).catch((error: ApiError) => error.problem.code);

  test('a key that nobody has confirmed is shown, and nothing is read', async () => {
    const id = await add('first');
    expect(await stand(id)).toMatchObject({
      state: 'unconfirmed',
      host_key: null,
      seen_key: { type: 'ssh-ed25519', fingerprint: sshd.fingerprint },
      logins: 0,
      read_at: null,
    });
    expect(await asset(id)).toMatchObject({
      hostname: 'first',
      reached_by: 'ssh',
      key: null,
      state: 'unknown',
      liveness: 'never',
      labels: { env: 'lab' },
    });
    const confirm = (fingerprint: string) => fleet.admin('confirmHostKey', { params: { id }, body: { fingerprint } });
    expect(await refusal(confirm(`SHA256:${'A'.repeat(43)}`))).toBe('precondition-failed');
    await confirm(sshd.fingerprint);
    await fleet.settle();
    expect(await stand(id)).toMatchObject({ state: 'reading', seen_key: null, logins: 1, reads: 1, whole_reads: 1 });
    expect(await refusal(confirm(sshd.fingerprint))).toBe('state-conflict');
    const events = (await fleet.admin('listAssetTimeline', { params: { id } })).data.map(({ text }) => text);
    expect(events.some((text) => text.includes(`confirmed the host key ${sshd.fingerprint}`))).toBe(true);
  });

  test('its packages are what dpkg lists there; it is unknown, never green, and no agent speaks for it', async () => {
    const id = await add('whole', { fingerprint: sshd.fingerprint });
    const listed = spawnSync(dpkgList.program, dpkgList.args, { encoding: 'utf8', env: { LC_ALL: 'C' } });
    const count = new Set(dpkgList.read(listed.stdout).map(({ software }) => softwareLine(software))).size;
    const now = await asset(id);
    expect(now).toMatchObject({ package_count: count, liveness: 'reporting', state: 'unknown', reached_by: 'ssh' });
    expect(now.facts).toMatchObject({ agent: null, lists_refreshed_at: null, stale_services: [] });
    expect(now.blocked_by[0]?.text).toContain('nothing can be deployed to it');
    const answer = await fetch(`${fleet.url}${AGENT_PATHS.session}`, {
      method: 'POST',
      headers: { authorization: `Fleetmend ${id} 1 ${'x'.repeat(22)}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(401);
  });

  test('one login serves many readings; what has not changed is not read again', async () => {
    const id = await add('kept', { fingerprint: sshd.fingerprint });
    for (let i = 0; i < 3; i++) await read(id);
    expect(await stand(id)).toMatchObject({ state: 'reading', logins: 1, reads: 4, whole_reads: 1 });
    const before = (await asset(id)).inventory_at ?? '';
    await read(id);
    expect((await asset(id)).inventory_at ?? '').not.toBe(before);
    await sshd.restart();
    expect(await read(id)).toMatchObject({ state: 'reading', logins: 2, reads: 6, whole_reads: 1, problem: null });
  });

  test('a changed host key holds the machine until somebody has compared it', async () => {
    const id = await add('changed', { fingerprint: sshd.fingerprint });
    const { host_key, reads } = await stand(id);
    await sshd.restart({ newKey: true });
    const held = await read(id);
    expect(held).toMatchObject({
      state: 'key_changed',
      host_key,
      seen_key: { fingerprint: sshd.fingerprint },
      problem: { code: 'host-key-changed' },
      reads,
    });
    await fleet.admin('confirmHostKey', { params: { id }, body: { fingerprint: sshd.fingerprint } });
    await fleet.settle();
    expect(await stand(id)).toMatchObject({ state: 'reading', problem: null, seen_key: null, reads: reads + 1 });
  });

  test('a machine that trusts another authority says so', async () => {
    const id = await add('distrusting', { fingerprint: sshd.fingerprint });
    const ours = (await fleet.admin('readSshAuthority', {})).public_key;
    const { publicKey } = generateKeyPairSync('ed25519');
    await sshd.trust(`ssh-ed25519 ${Buffer.from(sshKeyBlob(publicKey)).toString('base64')} other`);
    sshd.endLogins();
    expect(await read(id)).toMatchObject({ state: 'failing', problem: { code: 'login-refused' } });
    await sshd.trust(ours);
    expect(await read(id)).toMatchObject({ state: 'reading', problem: null });
  });

  test('nobody at the address, and another key than was given', async () => {
    expect(await stand(await add('nobody', { port: 1 }))).toMatchObject({
      state: 'failing',
      problem: { code: 'unreachable' },
    });
    const other = await add('other-key', { fingerprint: `SHA256:${'B'.repeat(43)}` });
    expect(await stand(other)).toMatchObject({ state: 'unconfirmed', seen_key: { fingerprint: sshd.fingerprint } });
  });

  test('who may, and what is taken', async () => {
    const viewer = await fleet.join('Vi', ['viewer']);
    const body = { address: '127.0.0.1', port: sshd.port, user_name: 'x', name: 'whole', labels: {} };
    expect(await refusal(viewer.call('addSshHost', { body }))).toBe('permission-missing');
    expect(
      await refusal(
        viewer.call('confirmHostKey', { params: { id: 'first' }, body: { fingerprint: sshd.fingerprint } }),
      ),
    ).toBe('permission-missing');
    expect(await refusal(fleet.admin('addSshHost', { body }))).toBe('name-taken');
    for (const address of ['-oProxyCommand=id', 'a b', 'a;b', '$(id)', '', 'a\nb', '-'])
      expect(await refusal(fleet.admin('addSshHost', { body: { ...body, name: 'n', address } }))).toBe('invalid');
    for (const user_name of ['-l', 'a b', 'root;id', ''])
      expect(await refusal(fleet.admin('addSshHost', { body: { ...body, name: 'n', user_name } }))).toBe('invalid');
    expect(await refusal(fleet.admin('readSshHost', { params: { id: 'nowhere' } }))).toBe('not-found');
    const { data } = await fleet.admin('listSshHosts', { query: { limit: 1000 } });
    expect(data.map(({ name }) => name)).toContain('whole');
    const entries = await fleet.admin('listAudit', { query: { limit: 1000 } });
    expect(new Set(entries.data.map(({ verb }) => verb))).toContain('asset.confirm-host-key');
  });

  test('a machine that gets an agent is one machine: the record that is read over SSH goes', async () => {
    const id = await add('both', { fingerprint: sshd.fingerprint });
    const host = await enrolTestHost(fleet, 'both-ways');
    const machine_id = (await asset(id)).facts?.machine_id ?? '';
    await fleet.db
      .transaction()
      .execute((db) => sql`UPDATE inventory_asset SET machine_id = ${machine_id} WHERE id = ${host.asset}`.execute(db));
    host.facts = { ...host.facts, machine_id };
    await host.report();
    const { data } = await fleet.admin('listDuplicates', { query: { limit: 1000 } });
    const pair = data.find(
      ({ reading, newer, older }) => reading === 'two_ways' && [newer.id, older.id].includes(host.asset),
    );
    expect(pair?.merge?.kept).toBe(host.asset);
    const merge = (kept: string, other: string) => fleet.admin('decidePair', { body: { kind: 'merged', kept, other } });
    expect(await refusal(merge(id, host.asset))).toBe('state-conflict');
    await merge(host.asset, id);
    expect(await refusal(stand(id))).toBe('not-found');
  });

  test('the lines of the set-up trust us for one account and for no other', async () => {
    const { public_key, setup } = await fleet.admin('readSshAuthority', {});
    expect(setup).toContain(`echo '${public_key}' > /etc/ssh/fleetmend_ca.pub`);
    const folder = mkdtempSync(join(tmpdir(), 'fleetmend-setup-'));
    const at = (name: string) => join(folder, name);
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('host_key')]);
    writeFileSync(at('included'), /<<'END'\n([\s\S]*)\nEND\n/.exec(setup)?.[1] ?? '');
    // As Debian and Red Hat include it: at the head, before what counts for everybody.
    writeFileSync(at('config'), `Include ${at('included')}\nHostKey ${at('host_key')}\nX11Forwarding yes\n`);
    const settings = (user: string) =>
      spawnSync('/usr/sbin/sshd', ['-T', '-f', at('config'), '-C', `user=${user},host=h,addr=192.0.2.1`], {
        encoding: 'utf8',
      }).stdout;
    const [ours, root] = [settings('fleetmend'), settings('root')];
    rmSync(folder, { recursive: true });
    expect(ours).toMatch(/^trustedusercakeys \/etc\/ssh\/fleetmend_ca\.pub$/m);
    for (const line of ['authorizedkeysfile none', 'permittty no', 'disableforwarding yes'])
      expect(ours).toContain(line);
    expect(root).toMatch(/^trustedusercakeys none$/m);
    expect(root).toMatch(/^disableforwarding no$/m);
  });

  test('a retired machine is read no more', async () => {
    const id = await add('retired', { fingerprint: sshd.fingerprint });
    await fleet.admin('retireAsset', { params: { id } });
    expect(await refusal(stand(id))).toBe('not-found');
  });

  test('a server that ends says nothing about its machines', async () => {
    const logins = openSshLogins();
    const { privateKey: authority, publicKey } = generateKeyPairSync('ed25519');
    const issue = () =>
      issueCertificate(authority, sshKeyBlob(publicKey), {
        key_id: 'k',
        principal: sshd.user,
        command: 'sleep 30',
        now: new Date(),
      });
    const host_key = await scanHostKey({ address: '127.0.0.1', port: sshd.port });
    const target = { address: '127.0.0.1', port: sshd.port, user_name: sshd.user, host_key };
    await sshd.trust(`ssh-ed25519 ${Buffer.from(sshKeyBlob(publicKey)).toString('base64')}`);
    const asked = logins.ask({ asset: 'host_1', target, issue }, null).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 500));
    logins.close();
    expect(await asked).toBe('this server is ending');
    await expect(logins.ask({ asset: 'host_1', target, issue }, null)).rejects.toThrow('this server is ending');
  });
});
