import type { Output } from '@fleetmend/api/client.ts';
import { contract } from '@fleetmend/api/contract.ts';
import { PERMISSIONS } from '@fleetmend/api/endpoint.ts';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { recomputeFindings } from '../findings/recompute-findings.ts';
import { anUpdate, aSoftware, enrol, type Report, report } from '../findings/test-assets.ts';
import { openHttp } from '../platform/http.ts';
import { readSituations } from './asset-situation.ts';
import type { OpenChange } from './overlay-change.ts';
import { registerPatchesRoutes } from './patch.routes.ts';
import { readPatchTargets } from './patch-targets.ts';
import { recordOffers } from './record-offers.ts';

let test_: TestContext;
let app: FastifyInstance;
const changes = new Map<string, OpenChange[]>();

beforeAll(async () => {
  const now = new Date().toISOString();
  test_ = await openTestContext(now);
  app = await openHttp(test_.ctx.log);
  const services = {
    ...test_.ctx,
    listener: { on: () => () => undefined, close: async () => undefined },
    authenticate: async () => ({
      kind: 'person' as const,
      person: 'p',
      name: 'Ada',
      label: 'Ada',
      permissions: new Set(PERMISSIONS),
      token: null,
    }),
  };
  registerPatchesRoutes(app, services, { readOpenChanges: async () => changes });
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await test_.close();
});

async function get<
  Name extends
    | 'readRiskCurve'
    | 'listPatches'
    | 'readPatch'
    | 'explainPatch'
    | 'listPatchAssets'
    | 'listFindings'
    | 'readFinding',
>(name: Name, path: string): Promise<Output<Name>> {
  const answer = await app.inject({ method: 'GET', url: path });
  expect(answer.statusCode, answer.body).toBe(200);
  return contract[name].response.parse(answer.json()) as Output<Name>;
}

async function machine(hostname: string, given: Report): Promise<string> {
  const asset = await enrol(test_.ctx, hostname);
  await tell(asset, hostname, given);
  return asset;
}

async function tell(asset: string, hostname: string, given: Report): Promise<void> {
  await report(test_.ctx, asset, hostname, given);
  await test_.ctx.db.transaction().execute(async (db) => {
    await recomputeFindings({ ...test_.ctx, db }, [asset]);
    await recordOffers({ ...test_.ctx, db }, [asset]);
  });
}

const openssl = aSoftware('openssl', '3.0.1-1');
const libssl = aSoftware('libssl3', '3.0.1-1', { source: 'openssl' });
const curl = aSoftware('curl', '7.88-1');
const tz = aSoftware('tzdata', '2025a-1');
const updates = [
  anUpdate(openssl, '3.0.2-1', { changelog_cves: ['CVE-2026-7001'] }),
  anUpdate(libssl, '3.0.2-1'),
  anUpdate(curl, '7.88-2', { is_held: true }),
  anUpdate(tz, '2025b-1', { is_security: false, origin: 'Debian:12/bookworm-updates' }),
];

describe('patches', () => {
  let web: string;
  let db: string;

  beforeAll(async () => {
    await sql`INSERT INTO advisory_known_exploited VALUES ('CVE-2026-7001', 'OpenSSL', 'OpenSSL', 'A hole', '2026-11-20', '2026-12-11', true, 'Update', now())`.execute(
      test_.ctx.db,
    );
    await sql`INSERT INTO advisory_epss VALUES ('CVE-2026-7001', 0.94, 0.99)`.execute(test_.ctx.db);
    web = await machine('web-01', { software: [openssl, libssl, curl, tz], updates });
    db = await machine('db-01', {
      software: [aSoftware('openssl', '3.0.2-1'), aSoftware('libssl3', '3.0.2-1', { source: 'openssl' }), tz],
      updates: [updates[3] ?? anUpdate(tz, 'x')],
    });
    await machine('old-01', {
      software: [aSoftware('openssl', '1.1.1-1')],
      updates: [],
      facts: { os: { id: 'debian', version_id: '11', codename: '', name: '' } },
    });
    await enrol(test_.ctx, 'new-01');
    await sql`UPDATE inventory_asset SET criticality = 'high', exposure = 'internet' WHERE id = ${web}`.execute(
      test_.ctx.db,
    );
  });

  test('are ranked, explained in short, and the five states sum to the total', async () => {
    const { data, next_cursor } = await get('listPatches', '/api/v1/patches');
    expect(next_cursor).toBeNull();
    expect(data.map(({ rank, source, decision, counts }) => [rank, source, decision, counts])).toEqual([
      [1, 'openssl', 'act', { patched: 1, missing: 1, waiting: 0, failed: 0, unknown: 1, total: 3 }],
      [2, 'curl', 'attend', { patched: 0, missing: 0, waiting: 1, failed: 0, unknown: 1, total: 2 }],
      [3, 'tzdata', 'track', { patched: 0, missing: 2, waiting: 0, failed: 0, unknown: 1, total: 3 }],
    ]);
    for (const {
      counts: { total, ...five },
    } of data)
      expect(Object.values(five).reduce((sum, count) => sum + count)).toBe(total);
    expect(data[0]).toMatchObject({
      to_version: '3.0.2-1',
      is_security: true,
      vulnerabilities: ['CVE-2026-7001'],
      known_exploited: ['CVE-2026-7001'],
      change: null,
      asset_state: null,
      next_step: 'Put it into a change: 1 machine is missing it.',
      why: [
        'Known exploited: CVE-2026-7001 in KEV since 2026-11-20',
        'Likely to be exploited: EPSS 0.94 (percentile 0.99), CVE-2026-7001',
      ],
    });
    expect(data[1]?.blocked_by).toEqual([
      { kind: 'agent', text: 'new-01: this machine has not reported its packages yet.', owner: null, until: null },
      { kind: 'hold', text: 'Held back on the machine: curl.', owner: null, until: null },
    ]);
    expect(data[0]?.freshness).toEqual([
      'CISA Known Exploited Vulnerabilities has never been loaded',
      'FIRST EPSS has never been loaded',
      'CISA Vulnrichment has never been loaded',
      'endoflife.date has never been loaded',
    ]);
  });

  test('give a curve: which few remove most of the risk', async () => {
    const curve = await get('readRiskCurve', '/api/v1/risk-curve');
    const { data } = await get('listPatches', '/api/v1/patches');
    // In KEV is certain (1), on a machine of high criticality (4) that the internet reaches (4).
    expect(curve).toMatchObject({ share: 0.8, count: 1, of: 3, total: 16, removable: 16, not_counted: 0 });
    expect(curve.sentence).toBe('1 of 3 patches removes 100 % of the risk that patches can remove.');
    expect(curve.points).toEqual([
      {
        patch: data[0]?.id,
        source: 'openssl',
        to_version: '3.0.2-1',
        decision: 'act',
        rank: 1,
        gain: 16,
        gain_share: 1,
        removed_share: 1,
      },
    ]);
    for (const share of ['0', '1.1', 'all']) {
      const { statusCode } = await app.inject({ method: 'GET', url: `/api/v1/risk-curve?share=${share}` });
      expect(statusCode).toBe(422);
    }
  });

  test('are due by BOD 26-04, on each machine with its reason', async () => {
    const { data } = await get('listPatches', '/api/v1/patches');
    const [first] = data;
    const assets = await get('listPatchAssets', `/api/v1/patches/${first?.id}/assets`);
    const due = assets.data.find(({ hostname }) => hostname === 'web-01')?.due;
    expect(due?.text).toContain('BOD 26-04: 3 days + forensic triage, since ');
    expect(due?.text).toContain('in KEV since 2026-11-20, exposed to the internet, automatable, total impact');
    expect(first?.due_at).toBe(due?.due_at);
    expect(assets.data.find(({ hostname }) => hostname === 'db-01')?.due).toBeNull();
    const { due: shown } = await get('explainPatch', `/api/v1/patches/${first?.id}/explanation`);
    expect(shown).toEqual([{ hostname: 'web-01', vulnerability: 'CVE-2026-7001', ...due }]);
  });

  test('hold exactly what the machines say is upgradable', async () => {
    const listed = new Set(
      updates.map(
        ({ name, installed_version, candidate_version }) => `${name} ${installed_version} ${candidate_version}`,
      ),
    );
    const { data } = await get('listPatches', '/api/v1/patches');
    const shown = data.flatMap(({ packages }) =>
      packages.flatMap(({ name, from_versions, to_version }) =>
        from_versions.map((from) => `${name} ${from} ${to_version}`),
      ),
    );
    expect(shown.sort()).toEqual([...listed].sort());
  });

  test('can be narrowed, and paged without a gap', async () => {
    const sources = async (query: string) =>
      (await get('listPatches', `/api/v1/patches?${query}`)).data.map(({ source }) => source);
    expect(await sources('decision=act')).toEqual(['openssl']);
    expect(await sources('security=false')).toEqual(['tzdata']);
    expect(await sources('search=LIBSSL')).toEqual(['openssl']);
    expect(await sources('search=cve-2026-7001')).toEqual(['openssl']);
    expect(await sources('asset=db-01')).toEqual(['tzdata']);
    expect(await sources('asset=nobody')).toEqual([]);
    const own = await get('listPatches', `/api/v1/patches?asset=${web}`);
    expect(own.data.map(({ source, asset_state }) => [source, asset_state])).toEqual([
      ['openssl', 'missing'],
      ['curl', 'waiting'],
      ['tzdata', 'missing'],
    ]);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Output<'listPatches'> = await get(
        'listPatches',
        `/api/v1/patches?limit=1${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...page.data.map(({ source }) => source));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(['openssl', 'curl', 'tzdata']);
    const wrong = await app.inject({ method: 'GET', url: '/api/v1/patches?cursor=nonsense' });
    expect([wrong.statusCode, wrong.json().code]).toEqual([422, 'invalid']);
  });

  test('explain themselves: points sum to the score, the path, what is above, what is not known', async () => {
    const { data } = await get('listPatches', '/api/v1/patches');
    for (const { id, score, rank } of data) {
      const explanation = await get('explainPatch', `/api/v1/patches/${id}/explanation`);
      expect(explanation.factors.reduce((sum, { points }) => sum + points, 0)).toBe(score);
      expect(explanation).toMatchObject({ score, rank, of: 3, model: 'model v1', model_factors_max: 100 });
      expect(explanation.not_known).toContain('FIRST EPSS has never been loaded');
    }
    const first = await get('explainPatch', `/api/v1/patches/${data[0]?.id}/explanation`);
    expect(first.title).toBe('openssl 3.0.1-1 → 3.0.2-1');
    expect(first.ssvc.map(({ point, value }) => `${point}=${value}`)).toEqual([
      'exploitation=active',
      'automatable=yes',
      'technical_impact=total',
      'mission=high',
    ]);
    expect(first.above).toBe('Above curl 7.88-2 because ACT comes before ATTEND, whatever the score.');
    expect(first.would_drop_if).toBe('Would drop to TRACK if CVE-2026-7001 were ruled out.');
  });

  test('know each machine', async () => {
    const { data } = await get('listPatches', '/api/v1/patches?search=openssl');
    const path = `/api/v1/patches/${data[0]?.id}/assets`;
    const assets = await get('listPatchAssets', path);
    expect(
      assets.data.map(({ hostname, state, packages }) => [hostname, state, packages.map(({ name }) => name)]),
    ).toEqual([
      ['db-01', 'patched', []],
      ['new-01', 'unknown', []],
      ['web-01', 'missing', ['openssl', 'libssl3']],
    ]);
    const page = await get('listPatchAssets', `${path}?limit=2`);
    const rest = await get('listPatchAssets', `${path}?limit=2&cursor=${page.next_cursor}`);
    expect([...page.data, ...rest.data]).toEqual(assets.data);
  });

  test('wait for the change that ships them, and fail with it', async () => {
    const [target] = await readPatchTargets(test_.ctx, ['P-2', 'P-404'], 'newest');
    expect(target).toEqual({
      patch: 'P-2',
      title: 'openssl 3.0.2-1',
      assets: [
        {
          asset: web,
          packages: [
            { ecosystem: 'deb', name: 'openssl', architecture: 'amd64', version: '3.0.2-1' },
            { ecosystem: 'deb', name: 'libssl3', architecture: 'amd64', version: '3.0.2-1' },
          ],
        },
      ],
    });
    changes.set('P-2', [{ change: 'CH-1', state: 'in_review', assets: [web] }]);
    expect(await get('readPatch', '/api/v1/patches/P-2')).toMatchObject({
      change: 'CH-1',
      counts: { missing: 0, waiting: 1 },
      next_step: 'CH-1: Approve it.',
      blocked_by: [{ kind: 'agent' }, { kind: 'approval', text: 'CH-1 waits for approval.' }],
    });
    changes.set('P-2', [{ change: 'CH-1', state: 'running', assets: [web], failed: [web] }]);
    expect((await get('readPatch', '/api/v1/patches/p-2')).counts).toMatchObject({ failed: 1, waiting: 0 });
    const situations = await readSituations(test_.ctx, [{ id: web }, { id: db }], async () => changes);
    expect(situations.get(web)).toMatchObject({
      state: 'failed',
      missing: { act: 1, attend: 1, track_star: 0, track: 1 },
    });
    expect(situations.get(db)).toMatchObject({
      state: 'missing',
      missing: { act: 0, attend: 0, track_star: 0, track: 1 },
      next_step: expect.stringContaining('tzdata'),
    });
    changes.clear();
  });

  test('have findings, with every source of evidence and its time', async () => {
    const { data } = await get('listFindings', '/api/v1/findings?patch=P-2');
    expect(data).toMatchObject([
      {
        hostname: 'web-01',
        vulnerability: 'CVE-2026-7001',
        package: 'openssl',
        fixed_version: '3.0.2-1',
        is_known_exploited: true,
        epss: 0.94,
        epss_percentile: 0.99,
        cvss: null,
        evidence: [{ source: 'changelog', detail: 'openssl 3.0.1-1 → 3.0.2-1', as_of: test_.ctx.now.toISOString() }],
      },
    ]);
    expect(await get('readFinding', `/api/v1/findings/${data[0]?.id}`)).toEqual(data[0]);
    expect(data[0]).toMatchObject({ is_rejected: false, cleared_because: null, source: 'openssl', ecosystem: 'deb' });
    const all = await get('listFindings', `/api/v1/findings?asset=web-01`);
    expect(all.data.map(({ vulnerability }) => vulnerability).sort()).toEqual(['CVE-2026-7001', null].sort());
    expect((await get('listFindings', '/api/v1/findings?vulnerability=cve-2026-7001')).data).toHaveLength(1);
    const first = await get('listFindings', '/api/v1/findings?limit=1');
    const second = await get('listFindings', `/api/v1/findings?limit=1&cursor=${first.next_cursor}`);
    expect(new Set([...first.data, ...second.data].map(({ id }) => id)).size).toBe(2);
    expect(second.next_cursor).toBeNull();
  });

  test('stay readable once nobody lacks them, and unknown addresses are refused', async () => {
    await tell(web, 'web-01', {
      software: [aSoftware('openssl', '3.0.2-1'), aSoftware('libssl3', '3.0.2-1', { source: 'openssl' }), curl, tz],
      updates: updates.slice(2),
      facts: { reboot_required: true, reboot_reasons: ['libssl3 asks for a reboot'] },
    });
    expect((await get('listPatches', '/api/v1/patches')).data.map(({ source }) => source)).toEqual(['curl', 'tzdata']);
    expect(await get('readPatch', '/api/v1/patches/P-2')).toMatchObject({
      counts: { patched: 1, missing: 0, waiting: 1, unknown: 1 },
      packages: [{ name: 'libssl3' }, { name: 'openssl' }],
    });
    expect((await get('explainPatch', '/api/v1/patches/P-2/explanation')).of).toBe(3);
    expect((await get('listFindings', '/api/v1/findings?state=cleared')).data).toEqual([]);
    const situations = await readSituations(test_.ctx, [{ id: web }], async () => changes);
    expect(situations.get(web)).toMatchObject({ state: 'waiting', blocked_by: [{ kind: 'reboot' }, { kind: 'hold' }] });
    for (const path of [
      '/api/v1/patches/P-999',
      '/api/v1/patches/x/explanation',
      '/api/v1/patches/P-0/assets',
      '/api/v1/findings?patch=P-999',
      '/api/v1/findings/fnd_none',
    ]) {
      expect((await app.inject({ method: 'GET', url: path })).json().code, path).toBe('not-found');
    }
  });

  test('of a machine that has gone silent are unknown, and so is the machine', async () => {
    const later = test_.at(new Date(test_.ctx.now.getTime() + 901_000).toISOString());
    const situations = await readSituations(later, [{ id: web }], async () => changes);
    expect(situations.get(web)).toMatchObject({ state: 'unknown', blocked_by: [{ kind: 'agent' }] });
  });
});
