import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import type { Client } from '@fleetmend/api/client.ts';
import { signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** A machine that lacks one security update of a package of its own. */
async function aHostThatLacks(name: string): Promise<TestHost> {
  next += 1;
  const host = await enrolTestHost(fleet, `web-${next}`);
  host.software = [aPackage('bash', '5.2.15-2'), aPackage(name, '1.0-1')];
  host.updates = [anUpdate(name, '1.0-1', '1.1-1')];
  await host.report();
  await fleet.settle();
  return host;
}

async function patchOf(name: string) {
  const { data } = await fleet.admin('listPatches', { query: { search: name } });
  const [patch] = data;
  if (patch === undefined) throw new Error(`no patch for ${name}`);
  return patch;
}

/** Opens a change and answers for the machine as apt would. */
async function aPlannedChange(host: TestHost, name: string, call: Client = fleet.admin): Promise<string> {
  const patch = await patchOf(name);
  const change = await call('createChange', {
    body: { patches: [patch.id], policy: 'standard' },
    idempotencyKey: newKey(),
  });
  const { plans } = await host.hear();
  const [plan] = plans;
  if (plan === undefined) throw new Error('no plan was asked for');
  expect(plan.packages).toEqual([{ ecosystem: 'deb', name, architecture: 'amd64', version: '1.1-1' }]);
  expect((await host.post(AGENT_PATHS.plan, { id: plan.id, answer: aPlanFor(name) })).status).toBe(204);
  return change.id;
}

async function start(change: string): Promise<string> {
  const rollout = await fleet.admin('startRollout', { body: { change }, idempotencyKey: newKey() });
  await fleet.settle();
  return rollout.id;
}

async function orderOf(host: TestHost): Promise<Order> {
  const { orders } = await host.hear();
  expect(orders).toHaveLength(1);
  return orders[0] as Order;
}

const rolloutState = async (id: string) => (await fleet.admin('readRollout', { params: { id } })).state;
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no problem',
    (error: { problem: { code: string } }) => error.problem?.code ?? String(error),
  );

describe('one patch, from missing to verified and back', () => {
  test('plan, approval, order, result, later report, verified; rolled back; every deed in the chain', async () => {
    const host = await aHostThatLacks('libwhole');
    const patch = await patchOf('libwhole');
    expect(patch).toMatchObject({
      is_security: true,
      counts: { missing: 1, total: expect.any(Number) as number },
      vulnerabilities: ['CVE-2026-1111'],
    });
    const { score, factors } = await fleet.admin('explainPatch', { params: { id: patch.id } });
    expect(factors.reduce((sum, { points }) => sum + points, 0)).toBe(score);

    const id = await aPlannedChange(host, 'libwhole');
    const planned = await fleet.admin('readChange', { params: { id } });
    expect(planned).toMatchObject({ state: 'in_review', approvals_needed: 1 });
    expect((await approve(fleet.admin, id, adminKey)).state).toBe('approved');
    const rollout = await start(id);

    const install = await orderOf(host);
    expect(install).toMatchObject({ step: 'install', attempt: 1, asset: host.asset, document: planned.canonical });
    await host.finish(install);
    // Installed is not effective: the machine has not reported since.
    expect((await fleet.admin('readRollout', { params: { id: rollout } })).deployments[0]?.state).toBe('observing');
    host.software = [aPackage('bash', '5.2.15-2'), aPackage('libwhole', '1.1-1')];
    host.updates = [];
    await host.report();
    await fleet.settle();
    expect(await fleet.admin('readRollout', { params: { id: rollout } })).toMatchObject({
      state: 'succeeded',
      deployments: [{ state: 'verified' }],
    });
    expect((await fleet.admin('readChange', { params: { id } })).state).toBe('done');

    await fleet.admin('rollBackRollout', {
      params: { id: rollout },
      body: { reason: 'it is slow' },
      idempotencyKey: newKey(),
    });
    await fleet.settle();
    const back = await orderOf(host);
    expect(back.step).toBe('rollback');
    await host.finish(back);
    expect(await rolloutState(rollout)).toBe('rolled_back');
    expect((await fleet.admin('readChange', { params: { id } })).state).toBe('rolled_back');
    expect(await fleet.admin('verifyAudit', {})).toMatchObject({ is_intact: true, broken_at: null });
  });

  test('a reboot is ordered when the machine needs one, and the effect is seen only after it', async () => {
    const host = await aHostThatLacks('libreboot');
    const id = await aPlannedChange(host, 'libreboot');
    await approve(fleet.admin, id, adminKey);
    const rollout = await start(id);
    await host.finish(await orderOf(host), 'succeeded', { reboot_required: true });
    await fleet.settle();
    const reboot = await orderOf(host);
    expect(reboot.step).toBe('reboot');
    host.facts = { ...host.facts, boot_id: 'boot-2' };
    await host.finish(reboot);
    await host.report();
    // The old version is still what the report shows: the change is not in effect, whatever the results said.
    expect((await fleet.admin('readRollout', { params: { id: rollout } })).deployments[0]).toMatchObject({
      state: 'observing',
    });
    host.software = [aPackage('libreboot', '1.1-1')];
    await host.report();
    expect(await rolloutState(rollout)).toBe('succeeded');
  });

  test('a failure pauses the rollout in words, a retry is a new order', async () => {
    const host = await aHostThatLacks('libfails');
    const id = await aPlannedChange(host, 'libfails');
    await approve(fleet.admin, id, adminKey);
    const rollout = await start(id);
    const first = await orderOf(host);
    await host.finish(first, 'failed', { code: 'apt-failed', detail: 'No space left on device' });
    expect(await fleet.admin('readRollout', { params: { id: rollout } })).toMatchObject({
      state: 'paused',
      reason: expect.stringContaining('No space left') as string,
    });
    expect((await patchOf('libfails')).counts).toMatchObject({ failed: 1, missing: 0, waiting: 0 });
    await fleet.admin('retryRollout', { params: { id: rollout }, body: {}, idempotencyKey: newKey() });
    await fleet.settle();
    const second = await orderOf(host);
    expect(second.attempt).toBe(2);
    expect(second.id).not.toBe(first.id);
    await host.finish(second, 'failed', { code: 'apt-failed', detail: 'No space left on device' });
    await fleet.admin('resumeRollout', { params: { id: rollout }, body: {}, idempotencyKey: newKey() });
    // Ended with a failure: the patch is failed there until a new change ships it.
    expect((await fleet.admin('readChange', { params: { id } })).state).toBe('done_with_failures');
    expect(await patchOf('libfails')).toMatchObject({ counts: { failed: 1 }, change: null });
    await aPlannedChange(host, 'libfails');
    expect((await patchOf('libfails')).counts).toMatchObject({ failed: 0, waiting: 1 });
  });
});

describe('stop', () => {
  test('takes back what has not begun; what began all the same still counts, and can be taken back', async () => {
    const host = await aHostThatLacks('libstop');
    const id = await aPlannedChange(host, 'libstop');
    await approve(fleet.admin, id, adminKey);
    const rollout = await start(id);
    const order = await orderOf(host);
    await fleet.admin('stopRollout', { params: { id: rollout }, body: { reason: 'no' }, idempotencyKey: newKey() });
    await fleet.settle();
    expect(await fleet.admin('readRollout', { params: { id: rollout } })).toMatchObject({
      state: 'stopped',
      deployments: [{ state: 'skipped' }],
    });
    expect(await host.report([order.id])).toMatchObject({ withdrawn: [order.id], orders: [] });
    expect((await host.report()).orders).toEqual([]);
    await host.finish(order);
    expect(await fleet.admin('readRollout', { params: { id: rollout } })).toMatchObject({
      deployments: [{ state: 'installed' }],
      actions: ['rollback'],
    });
  });
});

describe('what comes twice, late or from somebody else', () => {
  test('an order is offered until it is answered, its result counts once, its log lines stay in order', async () => {
    const host = await aHostThatLacks('libtwice');
    const id = await aPlannedChange(host, 'libtwice');
    await approve(fleet.admin, id, adminKey);
    const rollout = await start(id);
    const order = await orderOf(host);
    expect((await host.report()).orders.map((each) => each.id)).toEqual([order.id]);
    expect((await host.report([order.id])).orders).toEqual([]);
    const at = new Date().toISOString();
    const log = (sequence: number, text: string) => ({ type: 'log', sequence, at, text });
    const events = {
      order: order.id,
      events: [{ type: 'accepted', sequence: 0, at }, log(1, 'Unpacking'), log(2, 'Setting up')],
    };
    for (const _ of [1, 2]) expect((await host.post(AGENT_PATHS.orderEvents, events)).status).toBe(204);
    await host.finish(order);
    await host.finish(order, 'failed', { code: 'apt-failed' });
    const { data } = await fleet.admin('readDeploymentLog', { params: { id: rollout, asset: host.asset } });
    expect(data.map(({ text }) => text)).toEqual(['Unpacking', 'Setting up']);
    expect((await fleet.admin('readRollout', { params: { id: rollout } })).deployments[0]?.state).toBe('observing');
    expect((await host.report()).orders).toEqual([]);
  });

  test('what a server process hears of late is told late, and never not at all', async () => {
    const host = await aHostThatLacks('liblate');
    // Its listening connection is cut, so that the next it hears is when it has made another.
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'fleetmend %'`.execute(fleet.db);
    const id = await aPlannedChange(host, 'liblate');
    expect((await fleet.admin('readChange', { params: { id } })).state).toBe('in_review');
  });

  test('a host can say nothing of another host', async () => {
    const [host, other] = [await aHostThatLacks('libmine'), await aHostThatLacks('libother')];
    const id = await aPlannedChange(host, 'libmine');
    await approve(fleet.admin, id, adminKey);
    await start(id);
    const order = await orderOf(host);
    await expect(other.finish(order)).rejects.toThrow('404');
    expect(
      (await other.post(AGENT_PATHS.plan, { id: 'plan_x', answer: { outcome: 'impossible', reason: 'no' } })).status,
    ).toBe(204);
  });

  test("a plan that no machine can follow ends the change with the machine's own words", async () => {
    const host = await aHostThatLacks('libheld');
    const patch = await patchOf('libheld');
    const { id } = await fleet.admin('createChange', {
      body: { patches: [patch.id], policy: 'standard' },
      idempotencyKey: newKey(),
    });
    const { plans } = await host.hear();
    await host.post(AGENT_PATHS.plan, {
      id: plans[0]?.id,
      answer: { outcome: 'impossible', reason: 'libheld would remove bash' },
    });
    expect(await fleet.admin('readChange', { params: { id } })).toMatchObject({
      state: 'unplannable',
      blocked_by: [{ kind: 'plan', text: expect.stringContaining('libheld would remove bash') as string }],
    });
  });

  test("a check-in counts once, and a stranger's is not even read", async () => {
    const host = await aHostThatLacks('libreplay');
    expect(await host.replay()).toBe(401);
    const answer = await fetch(`${fleet.url}${AGENT_PATHS.checkIn}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"nonsense":1}',
    });
    expect(answer.status).toBe(401);
  });
});

describe('approval', () => {
  test("binds to the digest that was read, to one of the root's keys and to a key of who is signed in", async () => {
    const host = await aHostThatLacks('libsign');
    const id = await aPlannedChange(host, 'libsign');
    const { canonical, digest } = await fleet.admin('readChange', { params: { id } });
    const good = signWithEd25519(adminKey, SIGNATURE_PURPOSES.change, canonical ?? '');
    const send = (change: object) =>
      codeOf(
        fleet.admin('approveChange', {
          params: { id },
          body: { signature: good },
          ifMatch: digest ?? '',
          idempotencyKey: newKey(),
          ...change,
        }),
      );
    expect(await send({ ifMatch: 'f'.repeat(64) })).toBe('precondition-failed');
    expect(await send({ ifMatch: undefined })).toBe('precondition-needed');
    expect(await send({ idempotencyKey: undefined })).toBe('idempotency-key-needed');
    expect(await send({ body: { signature: { ...good, key: 'f'.repeat(64) } } })).toBe('signature-refused');
    const otherPurpose = signWithEd25519(adminKey, SIGNATURE_PURPOSES.root, canonical ?? '');
    expect(await send({ body: { signature: otherPurpose } })).toBe('signature-refused');
    const operator = await fleet.join('Olga', ['operator']);
    expect(
      await codeOf(
        operator.call('approveChange', {
          params: { id },
          body: { signature: good },
          ifMatch: digest ?? '',
          idempotencyKey: newKey(),
        }),
      ),
    ).toBe('permission-missing');
    const key = newKey();
    const once = await fleet.admin('approveChange', {
      params: { id },
      body: { signature: good },
      ifMatch: digest ?? '',
      idempotencyKey: key,
    });
    const again = await fleet.admin('approveChange', {
      params: { id },
      body: { signature: good },
      ifMatch: digest ?? '',
      idempotencyKey: key,
    });
    expect(again).toEqual(once);
    expect(await send({})).toBe('state-conflict');
    expect(await codeOf(fleet.admin('startRollout', { body: { change: 'CH-99999' }, idempotencyKey: newKey() }))).toBe(
      'not-found',
    );
  });
});
