import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import type { Client, Output } from '@fleetmend/api/client.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approve, newKey, registerKey, signRoot } from '../../test/sign-root.ts';
import { anUpdate, aPackage, aPlanFor, enrolTestHost, type TestHost } from '../../test/test-host.ts';
import { startTestServer, type TestServer } from '../../test/test-server.ts';

type Overview = Output<'readOverview'>;

let fleet: TestServer;
let host: TestHost;
beforeAll(async () => {
  fleet = await startTestServer();
});
afterAll(() => fleet.close());

const overview = (call: Client = fleet.admin) => call('readOverview', {});
const doneSteps = ({ first_run }: Overview) => first_run?.filter(({ is_done }) => is_done).map(({ id }) => id) ?? null;
const kinds = ({ needs_me }: Overview) => needs_me.map(({ kind }) => kind).filter((kind) => kind !== 'feeds');
const kpi = async (id: string) => {
  const found = (await fleet.admin('listKpis', {})).data.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};

/** Answers a plan as apt would. */
async function plan(name: string): Promise<void> {
  const { plans } = await host.hear();
  expect((await host.post(AGENT_PATHS.plan, { id: plans[0]?.id, answer: aPlanFor(name) })).status).toBe(204);
}

describe('from an empty server to a first patched machine', () => {
  let key: string;
  let change: string;
  let rollout: string;

  test('empty: nothing is green, and the way is shown', async () => {
    const empty = await overview();
    expect(doneSteps(empty)).toEqual(['server']);
    expect(empty).toMatchObject({
      exposure: { act: 0, attend: 0, track_star: 0, track: 0 },
      assets: { patched: 0, missing: 0, waiting: 0, failed: 0, unknown: 0, total: 0 },
      rollouts: [],
    });
    for (const each of (await fleet.admin('listKpis', {})).data) {
      expect(each).toMatchObject({
        value: null,
        numerator: null,
        denominator: null,
        median: null,
        p90: null,
        rows: [],
      });
    }
    // No feed was ever loaded here, and that is said.
    expect(empty.feeds_stale.length).toBeGreaterThan(0);
    expect(empty.needs_me.map(({ kind }) => kind)).toEqual(['feeds']);
    expect(empty.recent.map(({ text }) => text)).toContain('wrote the policy standard');
  });

  test('a machine that is enrolled and silent is unknown', async () => {
    host = await enrolTestHost(fleet, 'web-01');
    const now = await overview();
    expect(now.assets).toMatchObject({ unknown: 1, total: 1 });
    expect(doneSteps(now)).toEqual(['server']);
    expect(await kpi('compliance_rate')).toMatchObject({
      value: null,
      rows: [{ subject: 'web-01', counted: 'unknown' }],
    });
  });

  test('its report shows what it lacks', async () => {
    host.software = [aPackage('libone', '1.0-1'), aPackage('plain', '1.0-1')];
    host.updates = [
      anUpdate('libone', '1.0-1', '1.1-1'),
      anUpdate('plain', '1.0-1', '1.1-1', { is_security: false, changelog_cves: [] }),
    ];
    host.facts = { ...host.facts, lists_refreshed_at: new Date().toISOString() };
    await host.report();
    await fleet.settle();
    const now = await overview();
    expect(doneSteps(now)?.slice(0, 2)).toEqual(['server', 'machine']);
    expect(now.assets).toMatchObject({ missing: 1, total: 1 });
    const { data } = await fleet.admin('listPatches', {});
    for (const decision of ['act', 'attend', 'track_star', 'track'] as const) {
      expect(now.exposure[decision]).toBe(data.filter((patch) => patch.decision === decision).length);
    }
    expect(await kpi('compliance_rate')).toMatchObject({
      value: 0,
      numerator: 0,
      denominator: 1,
      rows: [{ subject: 'web-01', counted: 'not compliant: 1 open' }],
    });
  });

  test('the key, then the trust root, which waits for the signature', async () => {
    key = await registerKey(fleet.admin);
    const asked = await overview();
    expect(doneSteps(asked)).toContain('key');
    expect(asked.needs_me).toContainEqual({
      kind: 'root',
      text: 'Sign version 1 of the trust root',
      href: '/settings',
      due_at: null,
    });
    expect(await signRoot(fleet.admin, key)).toBe(true);
    const signed = await overview();
    expect(doneSteps(signed)).toContain('root');
    expect(kinds(signed)).not.toContain('root');
  });

  test('a machine that only observes is named', async () => {
    const { agent } = host.facts;
    if (agent === null) throw new Error('no agent');
    host.facts = { ...host.facts, agent: { ...agent, mode: 'observe', root_version: null } };
    await host.report();
    const now = await overview();
    expect(now.needs_me).toContainEqual({
      kind: 'observing',
      text: 'web-01 only observes: let it follow the trust root',
      href: '/settings',
      due_at: null,
    });
    expect(doneSteps(now)).not.toContain('follow');
    host.facts = { ...host.facts, agent: { ...agent, mode: 'apply', root_version: 1 } };
    await host.report();
    const following = await overview();
    expect(kinds(following)).not.toContain('observing');
    expect(doneSteps(following)).toContain('follow');
  });

  test('a change waits for who can sign it, and for nobody else', async () => {
    const patch = (await fleet.admin('listPatches', { query: { search: 'libone' } })).data[0];
    change = (
      await fleet.admin('createChange', {
        body: { patches: [patch?.id ?? ''], policy: 'standard' },
        idempotencyKey: newKey(),
      })
    ).id;
    await plan('libone');
    const now = await overview();
    expect(now.needs_me[0]).toMatchObject({
      kind: 'approve',
      text: expect.stringContaining(`Approve ${change}: `),
      href: `/changes/${change}`,
      due_at: expect.any(String),
    });
    expect(now.assets).toMatchObject({ waiting: 1, total: 1 });
    for (const role of ['viewer', 'operator'] as const) {
      const { call } = await fleet.join(role, [role]);
      expect(kinds(await overview(call))).not.toContain('approve');
    }
    // An approver whose key the trust root does not name cannot sign either.
    const { call } = await fleet.join('Petra', ['approver']);
    expect(kinds(await overview(call))).not.toContain('approve');
  });

  test('approved, it waits for whoever operates', async () => {
    await approve(fleet.admin, change, key);
    const { call } = await fleet.join('Olga', ['operator']);
    expect(kinds(await overview(call))).toContain('start');
    expect(kinds(await overview())).not.toContain('approve');
  });

  test('a failure is shown with its rollout', async () => {
    const { call } = await fleet.join('Otto', ['operator']);
    rollout = (await call('startRollout', { body: { change }, idempotencyKey: newKey() })).id;
    await fleet.settle();
    const running = await overview(call);
    expect(running.rollouts).toMatchObject([{ id: rollout, state: 'running' }]);
    expect(await kpi('patch_success_rate')).toMatchObject({
      value: null,
      rows: [{ subject: `web-01 in ${rollout}`, counted: 'open' }],
    });
    const { orders } = await host.hear();
    await host.finish(orders[0] as never, 'failed', { code: 'apt-failed', detail: 'No space left on device' });
    const failed = await overview(call);
    expect(failed.needs_me).toContainEqual({
      kind: 'paused',
      text: expect.stringContaining(`${rollout} is paused: `),
      href: `/rollouts/${rollout}`,
      due_at: null,
    });
    expect(failed.rollouts).toMatchObject([{ id: rollout, state: 'paused' }]);
    expect(await kpi('patch_success_rate')).toMatchObject({
      value: 0,
      numerator: 0,
      denominator: 1,
      rows: [{ counted: 'failed' }],
    });
  });

  test('verified, it counts as a success, with its time; nothing is left of the way', async () => {
    await fleet.admin('retryRollout', { params: { id: rollout }, body: {}, idempotencyKey: newKey() });
    await fleet.settle();
    const { orders } = await host.hear();
    await host.finish(orders[0] as never);
    expect(await kpi('time_to_patch')).toMatchObject({ value: null, rows: [] });
    expect(await kpi('patch_success_rate')).toMatchObject({ value: null, rows: [{ counted: 'open' }] });
    host.software = [aPackage('libone', '1.1-1'), aPackage('plain', '1.0-1')];
    host.updates = host.updates.filter(({ name }) => name === 'plain');
    await host.report();
    await fleet.settle();
    expect(await kpi('patch_success_rate')).toMatchObject({
      value: 100,
      numerator: 1,
      denominator: 1,
      rows: [{ counted: 'verified' }],
    });
    const time = await kpi('time_to_patch');
    expect(time).toMatchObject({ denominator: 1, rows: [{ subject: 'libone 1.1-1 on web-01', counted: 'in effect' }] });
    expect([time.value, time.median, time.p90]).toEqual(Array(3).fill(time.rows[0]?.value));
    expect(await kpi('compliance_rate')).toMatchObject({
      value: 100,
      rows: [{ subject: 'web-01', counted: 'compliant' }],
    });
    const now = await overview();
    expect(now.first_run).toBeNull();
    expect(now.rollouts).toEqual([]);
    expect(kinds(now)).toEqual([]);
    expect(now.recent).toHaveLength(10);
    expect(now.recent.map(({ text }) => text)).toContain(
      `reported: the installation of ${rollout} on web-01 succeeded`,
    );
  });

  test('taken back, it is no success and not in effect any more', async () => {
    await fleet.admin('rollBackRollout', {
      params: { id: rollout },
      body: { reason: 'slow' },
      idempotencyKey: newKey(),
    });
    await fleet.settle();
    const { orders } = await host.hear();
    await host.finish(orders[0] as never);
    expect(await kpi('patch_success_rate')).toMatchObject({
      value: 0,
      numerator: 0,
      denominator: 1,
      rows: [{ counted: 'rolled back' }],
    });
    expect(await kpi('time_to_patch')).toMatchObject({ value: null, rows: [] });
  });

  test('a machine that falls silent is unknown and asked about', async () => {
    await sql`UPDATE inventory_asset SET last_check_in_at = now() - interval '2 days', updates_at = now() - interval '2 days'`.execute(
      fleet.db,
    );
    const now = await overview();
    expect(now.assets).toMatchObject({ unknown: 1, patched: 0, total: 1 });
    expect(now.needs_me).toContainEqual({
      kind: 'silent',
      text: 'web-01 has been silent for more than a day',
      href: '/assets?state=unknown',
      due_at: null,
    });
    expect(await kpi('compliance_rate')).toMatchObject({
      value: null,
      denominator: null,
      rows: [{ counted: 'unknown' }],
    });
    expect((await kpi('compliance_rate')).definition).toContain('Unknown and in neither: 1 of 1 machine (100 %).');
  });
});

describe('who may', () => {
  test('a viewer sees the overview without what the audit log says, and without chores', async () => {
    const { call } = await fleet.join('Vera', ['viewer']);
    const now = await overview(call);
    expect([now.recent, now.needs_me]).toEqual([[], []]);
    expect((await call('listKpis', {})).data).toHaveLength(3);
  });

  test('nobody who is not signed in', async () => {
    for (const path of ['/api/v1/overview', '/api/v1/kpis'])
      expect((await fetch(`${fleet.url}${path}`)).status).toBe(401);
  });
});
