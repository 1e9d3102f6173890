import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { approve, newKey, registerKey, signRoot } from '../../test/sign-root.ts';
import { anUpdate, aPackage, aPlanFor, enrolTestHost, type TestHost } from '../../test/test-host.ts';
import { startTestServer, type TestServer } from '../../test/test-server.ts';

let fleet: TestServer;
let adminKey: string;

beforeAll(async () => {
  fleet = await startTestServer();
  adminKey = await registerKey(fleet.admin);
  expect(await signRoot(fleet.admin, adminKey)).toBe(true);
});
afterAll(() => fleet.close());

let next = 0;

/** Machines that lack the same update, and a change for them that none has answered yet. */
async function aChangeFor(name: string, count: number): Promise<{ id: string; hosts: TestHost[] }> {
  const hosts: TestHost[] = [];
  for (let each = 0; each < count; each++) {
    next += 1;
    const host = await enrolTestHost(fleet, `app-${next}`);
    host.software = [aPackage(name, '1.0-1')];
    host.updates = [anUpdate(name, '1.0-1', '1.1-1')];
    await host.report();
    hosts.push(host);
  }
  await fleet.settle();
  const { data } = await fleet.admin('listPatches', { query: { search: name } });
  const body = { patches: data.map(({ id }) => id), policy: 'standard' };
  const { id } = await fleet.admin('createChange', { body, idempotencyKey: newKey() });
  return { id, hosts };
}

async function answer(host: TestHost | undefined, name: string): Promise<void> {
  const { plans } = (await host?.hear()) ?? { plans: [] };
  await host?.post(AGENT_PATHS.plan, { id: plans[0]?.id, answer: aPlanFor(name) });
}

const readChange = (id: string) => fleet.admin('readChange', { params: { id } });

test('a machine retired after it has answered stops the change in words, instead of a plan that every machine refuses', async () => {
  const { id, hosts } = await aChangeFor('libretired', 2);
  await answer(hosts[0], 'libretired');
  await fleet.admin('retireAsset', { params: { id: hosts[0]?.asset ?? '' } });
  await answer(hosts[1], 'libretired');
  expect(await readChange(id)).toMatchObject({
    state: 'unplannable',
    blocked_by: [{ text: expect.stringContaining('app-1') as string }],
  });
});

test('a change does not wait for the plan of a machine that has been retired', async () => {
  const { id, hosts } = await aChangeFor('libwaits', 2);
  await answer(hosts[0], 'libwaits');
  await fleet.admin('retireAsset', { params: { id: hosts[1]?.asset ?? '' } });
  await fleet.settle();
  expect(await readChange(id)).toMatchObject({
    state: 'unplannable',
    blocked_by: [{ text: expect.stringContaining('retired') as string }],
  });
});

test('a change that was approved under an older trust root is not started: every machine would refuse it', async () => {
  const { id, hosts } = await aChangeFor('libroot', 1);
  await answer(hosts[0], 'libroot');
  expect((await approve(fleet.admin, id, adminKey)).state).toBe('approved');
  const second = await registerKey(fleet.admin, 'second');
  expect(second).not.toBe(adminKey);
  expect(await signRoot(fleet.admin, adminKey)).toBe(true);
  await expect(fleet.admin('startRollout', { body: { change: id }, idempotencyKey: newKey() })).rejects.toThrow(
    'trust root',
  );
  expect((await readChange(id)).state).toBe('approved');
});
