import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { AGENT_PATHS, enrolResponse } from '@fleetmend/api/agent-protocol.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPackage, enrolTestHost, someFacts, speakAs, type TestHost } from '../../test/test-host.ts';
import { startTestServer, type TestServer } from '../../test/test-server.ts';

let fleet: TestServer;
beforeAll(async () => {
  fleet = await startTestServer();
});
afterAll(() => fleet.close());

/** Enrols with a code as a machine with this machine id does, with a new key or a given one. */
async function enrol(words: { code: string; hostname: string; machine_id: string; keys?: Keys }): Promise<TestHost> {
  const { code, hostname, machine_id, keys = generateKeyPairSync('ed25519') } = words;
  const public_key = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  const answer = await fetch(`${fleet.url}${AGENT_PATHS.enrol}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, public_key, hostname, machine_id }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${((await answer.json()) as { detail: string }).detail}`);
  const { asset, server_key } = enrolResponse.parse(await answer.json());
  const host = speakAs(
    fleet.url,
    { asset, serverKey: server_key, privateKey: keys.privateKey, session: null },
    hostname,
  );
  host.software = [aPackage('bash', '5.2')];
  host.facts = someFacts(hostname, { machine_id });
  return host;
}
interface Keys {
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const newCode = () => fleet.server.enrolmentCode();
const read = (host: TestHost) => fleet.admin('readAsset', { params: { id: host.asset } });
const kinds = async (host: TestHost) => {
  const { data } = await fleet.admin('listAssetTimeline', { params: { id: host.asset }, query: {} });
  return data.map(({ kind }) => kind);
};

describe('where people let machines in', () => {
  test('only whoever may set up access says so', async () => {
    const { call } = await fleet.join('Olga', ['operator']);
    await expect(call('putEnrolmentRule', { body: { needs_approval: true } })).rejects.toThrow();
    expect(await call('readEnrolmentRule', {})).toEqual({ needs_approval: false });
  });

  test('a machine that enrols waits, is given nothing and is not believed, until a person approves it', async () => {
    await fleet.admin('putEnrolmentRule', { body: { needs_approval: true } });
    const host = await enrol({ code: await newCode(), hostname: 'waits', machine_id: 'waits' });
    await fleet.admin('putEnrolmentRule', { body: { needs_approval: false } });
    expect(await host.report()).toMatchObject({ held: 'waiting', roots: [], plans: [], orders: [] });
    expect(await read(host)).toMatchObject({
      liveness: 'waiting',
      state: 'unknown',
      package_count: null,
      next_step: 'Approve it, or reject it.',
    });
    const { data } = await fleet.admin('listAssets', { query: { liveness: 'waiting' } });
    expect(data.map(({ id }) => id)).toEqual([host.asset]);

    expect((await fleet.admin('approveAsset', { params: { id: 'waits' } })).liveness).not.toBe('waiting');
    await expect.poll(async () => (await host.report()).held).toBeNull();
    await host.report();
    expect(await read(host)).toMatchObject({ liveness: 'reporting', package_count: 1 });
    expect(await kinds(host)).toEqual(expect.arrayContaining(['enrolled', 'waiting', 'approved']));
    await expect(fleet.admin('approveAsset', { params: { id: host.asset } })).rejects.toThrow('does not wait');
    await expect(fleet.admin('rejectAsset', { params: { id: host.asset } })).rejects.toThrow('does not wait');
  });

  test('one that is rejected is refused from then on', async () => {
    await fleet.admin('putEnrolmentRule', { body: { needs_approval: true } });
    const host = await enrolTestHost(fleet, 'stranger');
    await fleet.admin('putEnrolmentRule', { body: { needs_approval: false } });
    await host.report();
    await fleet.admin('rejectAsset', { params: { id: host.asset } });
    await expect.poll(() => host.report().catch(() => 'refused')).toBe('refused');
    await expect(read(host)).rejects.toThrow('no machine');
  });
});

describe('two machines with one machine id', () => {
  test('the second waits while the first reports', async () => {
    const first = await enrol({ code: await newCode(), hostname: 'golden', machine_id: 'image-1' });
    await first.report();
    const second = await enrol({ code: await newCode(), hostname: 'golden-2', machine_id: 'image-1' });
    expect(await second.report()).toMatchObject({ held: 'waiting' });
    expect(await read(second)).toMatchObject({ liveness: 'waiting', blocked_by: [{ kind: 'approval' }] });
    const { data } = await fleet.admin('listAssetTimeline', { params: { id: second.asset }, query: {} });
    expect(data.find(({ kind }) => kind === 'waiting')?.text).toContain(`golden (${first.asset})`);
    expect(await first.report()).toMatchObject({ held: null });
  });

  test('one that came back after the first fell silent does not wait, nor one whose id says nothing', async () => {
    const first = await enrol({ code: await newCode(), hostname: 'web', machine_id: 'image-2' });
    await first.report();
    await fleet.silence(first.asset);
    const again = await enrol({ code: await newCode(), hostname: 'web', machine_id: 'image-2' });
    expect(await again.report()).toMatchObject({ held: null });
    const none = await enrol({ code: await newCode(), hostname: 'a', machine_id: '0'.repeat(32) });
    await none.report();
    const alike = await enrol({ code: await newCode(), hostname: 'b', machine_id: '0'.repeat(32) });
    expect(await alike.report()).toMatchObject({ held: null });
  });
});

describe('a code that stands for one asset', () => {
  test('gives a cloned machine a key of its own and its history back; its old key is refused, its copy too', async () => {
    const host = await enrol({ code: await newCode(), hostname: 'db', machine_id: 'db' });
    await host.report();
    const copy = speakAs(fleet.url, { ...host.identity }, 'copy');
    await copy.report();
    await host.report();
    expect(await read(host)).toMatchObject({ liveness: 'cloned' });

    const { code, command } = await fleet.admin('createEnrolmentCode', { body: { asset: host.asset } });
    expect(command).toContain(' --again ');
    const { privateKey } = host.identity;
    const old = { privateKey, publicKey: createPublicKey(privateKey) };
    await expect(enrol({ code, hostname: 'db', machine_id: 'db', keys: old })).rejects.toThrow('409');
    const again = await enrol({ code, hostname: 'db', machine_id: 'db' });
    expect(again.asset).toBe(host.asset);
    expect(await again.report()).toMatchObject({ held: null });
    expect(await read(again)).toMatchObject({ liveness: 'reporting', package_count: 1 });
    expect(await kinds(again)).toEqual(expect.arrayContaining(['cloned', 'enrolled']));
    for (const gone of [host, copy]) await expect(gone.report()).rejects.toThrow('bad-signature');
    expect(await read(again)).toMatchObject({ liveness: 'reporting' });
  });

  test('is not made for a machine that there is not, and dies with the machine', async () => {
    await expect(fleet.admin('createEnrolmentCode', { body: { asset: 'nobody' } })).rejects.toThrow('no machine');
    const host = await enrol({ code: await newCode(), hostname: 'leaves', machine_id: 'leaves' });
    const { code } = await fleet.admin('createEnrolmentCode', { body: { asset: host.asset } });
    await fleet.admin('retireAsset', { params: { id: host.asset } });
    await expect(enrol({ code, hostname: 'leaves', machine_id: 'leaves' })).rejects.toThrow('retired');
  });
});

test('whoever waits for a machine sees how far its enrolment has come', async () => {
  const { id, code } = await fleet.admin('createEnrolmentCode', {
    body: { labels: { env: 'prod' }, owner: 'Team Web' },
  });
  const states = async () => {
    const { steps, asset } = await fleet.admin('readEnrolment', { params: { id } });
    return `${asset?.hostname ?? 'nobody'}: ${steps.map(({ state }) => state).join(' ')}`;
  };
  expect(await states()).toBe('nobody: done waiting waiting waiting waiting');
  await fetch(`${fleet.url}/agent/fleetmend-agent-linux-x64.tar.gz?code=${id}`);
  await fetch(`${fleet.url}/agent/fleetmend-agent-linux-x64.tar.gz?code=${encodeURIComponent("code_' OR 1=1")}`);
  const host = await enrol({ code, hostname: 'watched', machine_id: 'watched' });
  expect(await states()).toBe('watched: done done done waiting waiting');
  await host.report();
  expect(await states()).toBe('watched: done done done done done');
  expect(await read(host)).toMatchObject({ labels: { env: 'prod' }, owner: 'Team Web' });
  await expect(fleet.admin('readEnrolment', { params: { id: 'code_x' } })).rejects.toThrow('no such');
});
