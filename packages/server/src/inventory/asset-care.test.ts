import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPackage, enrolTestHost, someFacts, type TestHost } from '../../test/test-host.ts';
import { startTestServer, type TestServer } from '../../test/test-server.ts';

let fleet: TestServer;
let web: TestHost;
let db: TestHost;
beforeAll(async () => {
  fleet = await startTestServer();
  web = await hostNamed('web-01');
  db = await hostNamed('db-01.example.org');
});
afterAll(() => fleet.close());

async function hostNamed(hostname: string, facts: Partial<TestHost['facts']> = {}): Promise<TestHost> {
  const host = await enrolTestHost(fleet, hostname);
  host.software = [aPackage('bash', '1')];
  host.facts = someFacts(hostname, facts);
  await host.report();
  return host;
}
const read = (host: TestHost) => fleet.admin('readAsset', { params: { id: host.asset } });
describe('many machines at once', () => {
  test('a dry run counts and changes nothing; the edit keeps other labels and takes named ones away', async () => {
    const body = {
      filter: 'hostname in (web-01, "db-01.example.org")',
      set: { labels: { env: 'prod' }, owner: 'ops' },
    };
    expect(await fleet.admin('editAssets', { body: { ...body, is_dry_run: true } })).toEqual({
      matched: 2,
      changed: 2,
      sample: ['db-01.example.org', 'web-01'],
    });
    expect((await read(web)).labels).toEqual({});
    await fleet.admin('editAssets', { body: { ...body, expected: 2 } });
    await fleet.admin('editAssets', {
      body: { ids: [web.asset], set: { labels: { tier: '1' }, service_group: 'shop' } },
    });
    await fleet.admin('editAssets', { body: { filter: 'tier = 1', set: { labels_removed: ['env'] } } });
    expect(await read(web)).toMatchObject({ labels: { tier: '1' }, owner: 'ops', service_group: 'shop' });
    expect(await read(db)).toMatchObject({ labels: { env: 'prod' }, owner: 'ops', service_group: null });
    const again = await fleet.admin('editAssets', { body: { filter: 'env = prod', set: { owner: 'ops' } } });
    expect(again).toMatchObject({ matched: 1, changed: 0 });
  });

  test.each([
    ['neither way to say which', {}, 'Say which machines'],
    ['both ways', { filter: '', ids: ['x'] }, 'Say which machines'],
    ['a selector that is none', { filter: 'env =' }, 'expected a value'],
    ['another number than its sender has seen', { filter: '', expected: 99 }, 'machines match now, not 99'],
  ])('refuses %s', async (_, which, message) => {
    await expect(fleet.admin('editAssets', { body: { ...which, set: { owner: 'nobody' } } })).rejects.toThrow(message);
    expect((await read(web)).owner).toBe('ops');
  });

  test('a viewer may look at facets and save views, and edit nothing', async () => {
    const { call } = await fleet.join('Vera', ['viewer']);
    const { total, facets } = await call('listAssetFacets', { query: {} });
    expect(total).toBe(2);
    expect(facets.find(({ key }) => key === 'owner')?.values).toEqual([{ value: 'ops', count: 2 }]);
    await call('saveView', { params: { id: 'my shop' }, body: { filter: 'service_group = shop', liveness: 'silent' } });
    expect((await call('listSavedViews', {})).data).toEqual([
      { name: 'my shop', search: { filter: 'service_group = shop', liveness: 'silent' } },
    ]);
    expect((await fleet.admin('listSavedViews', {})).data).toEqual([]);
    await call('deleteView', { params: { id: 'my shop' } });
    await expect(call('deleteView', { params: { id: 'my shop' } })).rejects.toThrow('You have saved no view');
    await expect(call('editAssets', { body: { filter: '', set: { owner: 'me' } } })).rejects.toThrow('assets:write');
  });
});

describe('a list of machines', () => {
  const importList = (text: string, more: object = {}) =>
    fleet.admin('importAssets', { body: { format: 'csv', name: 'hosts.csv', text, ...more } });

  test('enrolled ones get what it says, also by their short name; the others are known, until they enrol', async () => {
    const text = 'host,env,criticality\nweb-01,stage,high\ndb-01,prod,\nnew-01,prod,\n';
    expect(await importList(text, { is_dry_run: true })).toMatchObject({
      read: 3,
      matched: 2,
      changed: 1,
      discovered: 1,
    });
    expect((await fleet.admin('listDiscovered', { query: {} })).data).toEqual([]);
    await importList(text);
    expect(await read(web)).toMatchObject({ criticality: 'high', labels: { env: 'stage', tier: '1' } });
    expect((await fleet.admin('listDiscovered', { query: {} })).data).toMatchObject([
      { hostname: 'new-01', labels: { env: 'prod' }, source: expect.stringContaining('hosts.csv by') as string },
    ]);
    await hostNamed('new-01');
    expect((await fleet.admin('listDiscovered', { query: {} })).data).toEqual([]);
  });

  test('YAML of Ansible, and no more of it than we understand', async () => {
    const yaml = 'all:\n  children:\n    shop:\n      hosts:\n        web-01:\n          db_password: hunter2\n';
    await importList(yaml, { format: 'ansible_yaml' });
    expect((await read(web)).labels).toEqual({ env: 'stage', tier: '1', 'group.shop': 'yes' });
  });

  test.each([
    ['csv', 'host,env\nweb-01,prod\n$(reboot),x', 'row 3'],
    ['ansible_ini', '[web\nweb-01', 'no host name'],
    ['csv', `hostname${',a'.repeat(1_000_000)}\nweb-01`, 'line 1 is longer than 20000'],
    ['csv', `hostname\n${'web-01\n'.repeat(1_000_000)}`, 'more than 200000 lines'],
    ['csv', `hostname\n"${'x""\n'.repeat(100_000)}`, 'a quote is not closed'],
    ['ansible_ini', `[all]\n${'web-01\n'.repeat(1_000_000)}`, 'more than 200000 lines'],
    ['ansible_yaml', 'a: [', 'hosts.csv:'],
    ['ansible_yaml', 'a: &a [*a, *a]\nb: [*a, *a, *a]', 'hosts.csv:'],
    ['ansible_yaml', '- web', 'no mapping'],
    ['ansible_yaml', 'all:\n  hosts: {web-01: {}}\nall: {}\n', '"all" stands twice'],
    ['ansible_yaml', '['.repeat(1_000_000), 'nested deeper than 64'],
    [
      'ansible_yaml',
      Array.from({ length: 1_000_000 }, (_, at) => `k${at.toString(36)}:`).join('\n'),
      'more than 50000',
    ],
  ])('one wrong line of %s and nothing is taken', async (format, text, message) => {
    await expect(importList(text, { format })).rejects.toThrow(message);
    expect((await read(web)).labels).not.toMatchObject({ env: 'prod' });
  });
});

describe('records of one machine', () => {
  test('enrolled again: merged with what people had said, and taken back whole', async () => {
    const old = await hostNamed('app-01');
    await fleet.admin('editAssets', { body: { ids: [old.asset], set: { labels: { env: 'prod' }, owner: 'Ann' } } });
    await fleet.silence(old.asset);
    const fresh = await hostNamed('app-01');
    const { data } = await fleet.admin('listDuplicates', { query: {} });
    const pair = data.find(({ newer }) => newer.id === fresh.asset);
    expect(pair).toMatchObject({ reading: 're_enrolled', merge: { kept: fresh.asset, retired: old.asset } });

    const body = { kind: 'merged', kept: fresh.asset, other: old.asset } as const;
    const decision = await fleet.admin('decidePair', { body });
    expect(await read(fresh)).toMatchObject({ owner: 'Ann', labels: { env: 'prod' } });
    await expect(read(old)).rejects.toThrow('There is no machine');
    expect((await old.post(AGENT_PATHS.checkIn, {})).status).toBe(401);
    expect((await fleet.admin('listDuplicates', { query: {} })).data).toEqual([]);

    const undone = await fleet.admin('undoPairDecision', { params: { id: decision.id } });
    expect(undone).toMatchObject({ undone_by: expect.any(String) as string, undo_until: null });
    expect(await read(fresh)).toMatchObject({ owner: null, labels: {} });
    expect(await read(old)).toMatchObject({ owner: 'Ann', liveness: 'silent' });
    await expect(fleet.admin('undoPairDecision', { params: { id: decision.id } })).rejects.toThrow('taken it back');

    await fleet.admin('decidePair', { body: { ...body, kind: 'kept_apart' } });
    expect((await fleet.admin('listDuplicates', { query: {} })).data).toEqual([]);
    await expect(fleet.admin('decidePair', { body })).rejects.toThrow('stands already');
    const { data: decisions } = await fleet.admin('listPairDecisions', { query: {} });
    expect(decisions.map(({ kind, undone_at }) => [kind, undone_at !== null])).toEqual([
      ['kept_apart', false],
      ['merged', true],
    ]);
  });

  test('an edit made after the merge outlives its undoing', async () => {
    const old = await hostNamed('ci-01');
    await fleet.silence(old.asset);
    const fresh = await hostNamed('ci-01');
    const { id } = await fleet.admin('decidePair', {
      body: { kind: 'merged', kept: fresh.asset, other: old.asset },
    });
    await fleet.admin('editAssets', { body: { ids: [fresh.asset], set: { owner: 'Eve' } } });
    await fleet.admin('undoPairDecision', { params: { id } });
    expect((await read(fresh)).owner).toBe('Eve');
    const again = await fleet.admin('decidePair', { body: { kind: 'merged', kept: fresh.asset, other: old.asset } });
    await sql`UPDATE inventory_pair_decision SET decided_at = now() - interval '31 days' WHERE id = ${again.id}`.execute(
      fleet.db,
    );
    await expect(fleet.admin('undoPairDecision', { params: { id: again.id } })).rejects.toThrow('30 days');
  });

  test('two that both report are two machines, whatever they share', async () => {
    const a = await hostNamed('clone-a', { mac_addresses: ['52:54:00:00:00:01'] });
    const b = await hostNamed('clone-b', { mac_addresses: ['52:54:00:00:00:01'] });
    await a.report();
    const { data } = await fleet.admin('listDuplicates', { query: {} });
    const pair = data.find(({ newer }) => newer.id === b.asset);
    expect(pair).toMatchObject({ reading: 'cloned', merge: null, evidence: [{ kind: 'mac_address' }] });
    const body = { kind: 'merged', kept: a.asset, other: b.asset } as const;
    await expect(fleet.admin('decidePair', { body })).rejects.toThrow('two machines');
    await expect(fleet.admin('decidePair', { body: { ...body, other: a.asset } })).rejects.toThrow('one record');
    await expect(fleet.admin('decidePair', { body: { ...body, other: 'host_x' } })).rejects.toThrow('no machine');
    await expect(fleet.admin('undoPairDecision', { params: { id: 'pair_x' } })).rejects.toThrow('no decision');
  });
});

test('what was installed, removed and changed between two times', async () => {
  const before = new Date().toISOString();
  const host = await hostNamed('diff-01');
  const first = new Date().toISOString();
  host.software = [aPackage('bash', '2'), aPackage('curl', '1')];
  await host.report();
  const compare = (query: { from: string; until?: string }) =>
    fleet.admin('compareSoftware', { params: { id: 'diff-01' }, query });
  expect((await compare({ from: first })).data).toMatchObject([
    { name: 'bash', before: ['1'], after: ['2'] },
    { name: 'curl', before: [], after: ['1'] },
  ]);
  expect(await compare({ from: before, until: first })).toMatchObject({
    from: null,
    data: [{ name: 'bash', before: [] }],
  });
  expect((await compare({ from: first, until: first })).data).toEqual([]);
  await expect(fleet.admin('compareSoftware', { params: { id: 'nobody' }, query: { from: first } })).rejects.toThrow();
});
