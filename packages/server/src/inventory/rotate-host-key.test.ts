import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { hostKeyId, writeSuccession } from '@fleetmend/api/key-succession.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolTestHost, speakAs, type TestHost } from '../../test/test-host.ts';
import { startTestServer, type TestServer } from '../../test/test-server.ts';

let fleet: TestServer;
beforeAll(async () => {
  fleet = await startTestServer();
});
afterAll(() => fleet.close());

const newKey = () => generateKeyPairSync('ed25519').privateKey;
const keyOf = async ({ asset }: TestHost) => (await fleet.admin('readAsset', { params: { id: asset } })).key;
/** The same machine after a restart that lost its session key, with one of its keys. */
const restarted = (host: TestHost, privateKey = host.identity.privateKey) => {
  const session = host.identity.session;
  const lost = session === null ? null : { ...session, key: createSecretKey(Buffer.alloc(32)) };
  return speakAs(fleet.url, { ...host.identity, privateKey, session: lost }, 'again');
};

test('a host changes its key; the old one opens sessions until the new one has, and history stays', async () => {
  const host = await enrolTestHost(fleet, 'rotates');
  await host.report();
  const next = newKey();
  const succession = writeSuccession(host.asset, host.identity.privateKey, next);
  expect((await host.post(AGENT_PATHS.nextKey, succession)).status).toBe(204);
  expect(await keyOf(host)).toBe(hostKeyId(succession.new_key));
  // It never heard the answer, and says it again: in its session, and in one that the old key opens.
  expect((await host.post(AGENT_PATHS.nextKey, succession)).status).toBe(204);
  const old = restarted(host);
  expect((await old.post(AGENT_PATHS.nextKey, succession)).status).toBe(204);
  const renewed = restarted(old, next);
  await renewed.report();
  await expect(restarted(renewed, host.identity.privateKey).report()).rejects.toThrow('bad-signature');
  const shown = await fleet.admin('readAsset', { params: { id: host.asset } });
  expect(shown).toMatchObject({ liveness: 'reporting', key: hostKeyId(succession.new_key) });
  const { data } = await fleet.admin('listAssetTimeline', { params: { id: host.asset }, query: {} });
  expect(data.filter(({ kind }) => kind === 'key')).toHaveLength(1);
});

test('a key that the present one has not signed for this asset is refused, and so is one that is enrolled', async () => {
  const [host, other] = [await enrolTestHost(fleet, 'a'), await enrolTestHost(fleet, 'b')];
  const before = await keyOf(host);
  const { privateKey } = host.identity;
  for (const succession of [
    writeSuccession(other.asset, privateKey, newKey()),
    writeSuccession(host.asset, newKey(), newKey()),
    { ...writeSuccession(host.asset, privateKey, newKey()), new_signature: 'A'.repeat(86) },
  ])
    expect((await host.post(AGENT_PATHS.nextKey, succession)).status).toBe(422);
  const taken = writeSuccession(host.asset, privateKey, other.identity.privateKey);
  expect((await host.post(AGENT_PATHS.nextKey, taken)).status).toBe(409);
  expect(await keyOf(host)).toBe(before);
});

test('a copy cannot take the record away by changing the key: once two were seen, neither may', async () => {
  const host = await enrolTestHost(fleet, 'copied');
  await host.report();
  const copy = speakAs(fleet.url, { ...host.identity }, 'copy');
  await copy.report();
  await host.report();
  const succession = writeSuccession(host.asset, host.identity.privateKey, newKey());
  expect((await copy.post(AGENT_PATHS.nextKey, succession)).status).toBe(409);
});
