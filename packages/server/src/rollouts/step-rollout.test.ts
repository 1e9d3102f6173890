import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { approve, newKey, registerKey, signRoot } from '../../test/sign-root.ts';
import { anUpdate, aPackage, aPlanFor, enrolTestHost, type TestHost } from '../../test/test-host.ts';
import { startTestServer, type TestServer } from '../../test/test-server.ts';
import { lockChain } from '../audit/audit.store.ts';
import { lockAsset } from '../inventory/inventory.store.ts';
import { enqueue } from '../platform/context.ts';
import { type Db, first } from '../platform/database.ts';
import { lockRollout } from './rollout.store.ts';

let fleet: TestServer;
let adminKey: string;

beforeAll(async () => {
  fleet = await startTestServer();
  adminKey = await registerKey(fleet.admin);
  expect(await signRoot(fleet.admin, adminKey)).toBe(true);
});
afterAll(() => fleet.close());

let next = 0;

/** A machine that has been handed the order to install one update. */
async function anOrderFor(name: string): Promise<{ host: TestHost; rollout: string; change: string; order: Order }> {
  next += 1;
  const host = await enrolTestHost(fleet, `db-${next}`);
  host.software = [aPackage(name, '1.0-1')];
  host.updates = [anUpdate(name, '1.0-1', '1.1-1')];
  await host.report();
  await fleet.settle();
  const { data } = await fleet.admin('listPatches', { query: { search: name } });
  const body = { patches: data.map(({ id }) => id), policy: 'standard' };
  const { id: change } = await fleet.admin('createChange', { body, idempotencyKey: newKey() });
  const { plans } = await host.hear();
  await host.post(AGENT_PATHS.plan, { id: plans[0]?.id, answer: aPlanFor(name) });
  await approve(fleet.admin, change, adminKey);
  const { id: rollout } = await fleet.admin('startRollout', { body: { change }, idempotencyKey: newKey() });
  await fleet.settle();
  const { orders } = await host.hear();
  return { host, rollout, change, order: orders[0] as Order };
}

const countEvents = async (rollout: string) =>
  (await first(fleet.db, sql<{ n: number }>`SELECT count(*) AS n FROM rollout_event WHERE rollout = ${rollout}`))?.n;

test('an event that changes nothing leaves nothing behind, however often a machine reports', async () => {
  const { host, rollout, order } = await anOrderFor('libquiet');
  await host.finish(order);
  await host.report();
  const before = await countEvents(rollout);
  for (let each = 0; each < 3; each++) await host.report();
  expect(await countEvents(rollout)).toBe(before);
});

test('a result that comes while a person has the rollout in hand waits for it; neither is lost to a deadlock', async () => {
  const { host, rollout, order } = await anOrderFor('liblock');
  let finished: Promise<void> = Promise.resolve();
  await fleet.db.transaction().execute(async (db: Db) => {
    await lockRollout(db, rollout);
    finished = host.finish(order);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await lockChain(db);
  });
  await finished;
});

test('work on the orders of a machine does not wait for a report that it is just sending', async () => {
  const { host } = await anOrderFor('libreport');
  await fleet.db.transaction().execute(async (db: Db) => {
    await lockAsset(db, host.asset);
    // On another connection, as the job that issues an order does it.
    await fleet.db.transaction().execute(async (other: Db) => {
      await sql`SET LOCAL lock_timeout = '500ms'`.execute(other);
      await sql`INSERT INTO inventory_event (asset, at, kind, text) VALUES (${host.asset}, now(), 'order', 'x')`.execute(
        other,
      );
    });
  });
});

test('an order that is issued late, after the rollout was stopped, is not issued any more', async () => {
  const { host, rollout, change, order } = await anOrderFor('liblate');
  // As if the job that issues it had not come to its turn yet.
  await sql`DELETE FROM deployment_order WHERE id = ${order.id}`.execute(fleet.db);
  await fleet.admin('stopRollout', { params: { id: rollout }, body: {}, idempotencyKey: newKey() });
  await fleet.settle();
  await enqueue(fleet, 'deployments.issue', {
    rollout,
    change,
    orders: [{ asset: host.asset, step: 'install', attempt: 1 }],
  });
  await fleet.settle();
  expect((await host.report()).orders).toEqual([]);
  expect((await fleet.admin('readRollout', { params: { id: rollout } })).deployments[0]?.state).toBe('skipped');
});

test('a rollout that cannot be looked at does not keep the others from being looked at', async () => {
  const [bad, good] = [await anOrderFor('libbroken'), await anOrderFor('libsound')];
  await sql`UPDATE change_request SET document = '{}' WHERE id = ${bad.change}`.execute(fleet.db);
  await sql`UPDATE rollout_deployment SET since = now() - interval '2 hours' WHERE asset = ${good.host.asset}`.execute(
    fleet.db,
  );
  await enqueue(fleet, 'rollouts.tick-all', {});
  await fleet.settle();
  expect((await fleet.admin('readRollout', { params: { id: good.rollout } })).deployments[0]?.state).toBe(
    'unreachable',
  );
});

test('a machine takes part in one open rollout at a time: the later one would make it refuse the rest of the first', async () => {
  const { host, rollout, order } = await anOrderFor('libfirst');
  host.updates = [anUpdate('libfirst', '1.0-1', '1.1-1'), anUpdate('libsecond', '1.0-1', '1.1-1')];
  host.software = [aPackage('libfirst', '1.0-1'), aPackage('libsecond', '1.0-1')];
  await host.report();
  await fleet.settle();
  const { data } = await fleet.admin('listPatches', { query: { search: 'libsecond' } });
  const body = { patches: data.map(({ id }) => id), policy: 'standard' };
  const { id } = await fleet.admin('createChange', { body, idempotencyKey: newKey() });
  const { plans } = await host.hear([order.id]);
  await host.post(AGENT_PATHS.plan, { id: plans[0]?.id, answer: aPlanFor('libsecond') });
  await approve(fleet.admin, id, adminKey);
  const start = () => fleet.admin('startRollout', { body: { change: id }, idempotencyKey: newKey() });
  await expect(start()).rejects.toThrow(rollout);
  await fleet.admin('stopRollout', { params: { id: rollout }, body: {}, idempotencyKey: newKey() });
  expect((await start()).state).toBe('running');
});

test('a hostile machine cannot fill the log of an order', async () => {
  const { host, rollout, order } = await anOrderFor('libflood');
  const at = new Date().toISOString();
  const flood = (from: number) =>
    host.post(AGENT_PATHS.orderEvents, {
      order: order.id,
      events: Array.from({ length: 1000 }, (_, each) => ({ type: 'log', sequence: from + each, at, text: 'x' })),
    });
  for (const from of [9_500, 20_000, 2 ** 40]) expect((await flood(from)).status).toBe(204);
  const stored = await first(
    fleet.db,
    sql<{ n: number }>`SELECT count(*) AS n FROM deployment_log WHERE order_id = ${order.id}`,
  );
  expect(stored?.n).toBe(500);
  const { data } = await fleet.admin('readDeploymentLog', { params: { id: rollout, asset: host.asset } });
  expect(data[0]?.text).toBe('x');
});

test('a change whose rollback failed is not shown as done', async () => {
  const { host, rollout, change, order } = await anOrderFor('libback');
  await host.finish(order);
  host.software = [aPackage('libback', '1.1-1')];
  await host.report();
  const state = async () => (await fleet.admin('readChange', { params: { id: change } })).state;
  expect(await state()).toBe('done');
  await fleet.admin('rollBackRollout', { params: { id: rollout }, body: {}, idempotencyKey: newKey() });
  await fleet.settle();
  await host.finish((await host.hear()).orders[0] as Order, 'failed', { code: 'apt-failed' });
  expect(await state()).toBe('done_with_failures');
});
