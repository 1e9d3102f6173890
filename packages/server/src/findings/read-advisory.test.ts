import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerAdvisoriesRoutes } from '../advisories/advisory.routes.ts';
import { replaceAdvisories } from '../advisories/test-advisories.ts';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { openTestHttp, type TestHttp } from '../platform/test-http.ts';
import { registerFindingsRoutes } from './finding.routes.ts';
import { recomputeFindings } from './recompute-findings.ts';
import { anUpdate, aSoftware, enrol, report } from './test-assets.ts';
import { registerVexRoutes } from './vex.routes.ts';

let test_: TestContext;
let http: TestHttp;
const AT = '2026-11-23T10:00:00.000Z';
const curl = (version: string) => aSoftware('curl', version);
const debian = (name: string, fixed: string | null) => ({
  ecosystem: 'Debian:12',
  package: name,
  ranges: [{ type: 'ECOSYSTEM', events: fixed === null ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed }] }],
  versions: [],
  severity: null,
});

beforeAll(async () => {
  test_ = await openTestContext(AT);
  http = await openTestHttp(test_.ctx, (app, services) => {
    registerAdvisoriesRoutes(app, services);
    registerFindingsRoutes(app, services);
    registerVexRoutes(app, services);
  });
  await replaceAdvisories(test_.ctx, 'osv', [
    {
      id: 'DSA-1-1',
      aliases: ['OTHER-1'],
      vulnerabilities: ['CVE-2026-1', 'CVE-2026-2'],
      summary: 'curl: two flaws',
      references: ['https://curl.example/1'],
      modified: '2026-11-01T00:00:00.000Z',
      affected: [debian('curl', '7.88.1-11')],
    },
    { id: 'DSA-2-1', vulnerabilities: ['CVE-2026-2', 'CVE-2026-3'], affected: [debian('wget', null)] },
    { id: 'GHSA-abcd-efgh', vulnerabilities: ['GHSA-abcd-efgh'], withdrawn: AT, affected: [debian('curl', null)] },
  ]);
  await replaceAdvisories(test_.ctx, 'debian', [
    { id: 'CVE-2026-1', vulnerabilities: ['CVE-2026-1'], severity: 'high', affected: [debian('curl', '7.88.1-11')] },
  ]);
  await sql`INSERT INTO advisory_cve (cve, is_rejected, cvss) VALUES ('CVE-2026-9', true, '[]')`.execute(test_.ctx.db);
  for (const [name, version] of [
    ['web-01', '7.88.1-10'],
    ['web-02', '7.88.1-9'],
    ['web-03', '7.88.1-11'],
  ] as const) {
    const asset = await enrol(test_.ctx, name);
    const updates = version === '7.88.1-11' ? [] : [anUpdate(curl(version), '7.88.1-11')];
    await report(test_.ctx, asset, name, { software: [curl(version), aSoftware('wget', '1.21')], updates });
    await test_.ctx.db.transaction().execute((db) => recomputeFindings({ ...test_.ctx, db }, [asset]));
  }
  await enrol(test_.ctx, 'silent-01');
});
afterAll(async () => {
  await http.close();
  await test_.close();
});

const get = async (path: string) => (await http.call('GET', `/api/v1/advisories${path}`)).body;
const assetsOf = async (id: string) =>
  (await get(`/${id}/assets`)).data.map(
    ({
      hostname,
      package: name,
      installed_version,
      fixed_version,
      state,
      vulnerabilities,
    }: Record<string, unknown>) => [hostname, name, installed_version, fixed_version, state, vulnerabilities],
  );

const hostsOf = async (id: string) => [...new Set((await assetsOf(id)).map((row: string[]) => row[0]))].toSorted();

describe('an advisory', () => {
  test('is told as each feed tells it, and how far it reaches', async () => {
    expect(await get('/DSA-1-1')).toMatchObject({
      id: 'DSA-1-1',
      kind: 'advisory',
      told: [
        {
          feed: 'osv',
          id: 'DSA-1-1',
          summary: 'curl: two flaws',
          references: ['https://curl.example/1'],
          rules: 1,
          page: 'https://security-tracker.debian.org/tracker/DSA-1-1',
        },
      ],
      told_total: 1,
      vulnerabilities: [{ id: 'CVE-2026-1', severity: { word: 'high' }, cvss: null }, { id: 'CVE-2026-2' }],
      reach: { affected: 2, fixable: 2, answered: 0, known: 3, total: 4 },
    });
  });

  test.each(['dsa-1-1', 'OTHER-1', 'other-1'])('is found as %s', async (id) => {
    expect((await get(`/${id}`)).told).toMatchObject([{ id: 'DSA-1-1' }]);
  });

  test('reaches exactly the machines on which it says something, with the versions that were compared', async () => {
    // Of the first vulnerability another feed speaks too, so it is a row of its own.
    expect((await assetsOf('DSA-1-1')).toSorted()).toEqual([
      ['web-01', 'curl', '7.88.1-10', '7.88.1-11', 'affected', ['CVE-2026-1']],
      ['web-01', 'curl', '7.88.1-10', '7.88.1-11', 'affected', ['CVE-2026-2']],
      ['web-02', 'curl', '7.88.1-9', '7.88.1-11', 'affected', ['CVE-2026-1']],
      ['web-02', 'curl', '7.88.1-9', '7.88.1-11', 'affected', ['CVE-2026-2']],
    ]);
    // It shares a vulnerability with the one above, and says nothing of curl.
    expect((await assetsOf('DSA-2-1')).map((row: string[]) => [row[0], row[1], row[4]]).toSorted()).toEqual([
      ['web-01', 'wget', 'unfixed'],
      ['web-02', 'wget', 'unfixed'],
      ['web-03', 'wget', 'unfixed'],
    ]);
    expect((await assetsOf('DSA-2-1'))[0]?.[5]).toEqual(['CVE-2026-2', 'CVE-2026-3']);
    const [first] = (await get('/DSA-1-1/assets')).data.filter(
      (each: { hostname: string }) => each.hostname === 'web-01',
    );
    expect(first.evidence).toMatchObject([{ source: 'osv', advisory: 'DSA-1-1', rule: 'range of DSA-1-1' }]);
    expect(first.evidence[0].detail).toContain('7.88.1-10');
  });

  test.each([1, 2, 4, 5])('is paged by %d, and none comes twice', async (limit) => {
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await get(`/CVE-2026-2/assets?limit=${limit}${cursor}`);
      seen.push(...page.data.map((each: { hostname: string; package: string }) => `${each.hostname} ${each.package}`));
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(seen.toSorted()).toEqual(['web-01 curl', 'web-01 wget', 'web-02 curl', 'web-02 wget', 'web-03 wget']);
  });

  test('that was withdrawn touches nothing, and says when', async () => {
    const { told, reach } = await get('/ghsa-ABCD-efgh');
    expect([told[0].withdrawn, reach.affected]).toEqual([AT, 0]);
  });

  test('has rules in words', async () => {
    expect((await get('/DSA-2-1/rules')).data).toMatchObject([
      {
        feed: 'osv',
        advisory: 'DSA-2-1',
        platform: 'Debian:12',
        package: 'wget',
        versions: ['all versions'],
        unfixed: 'unfixed',
        has_fix: false,
      },
    ]);
    const page = await get('/CVE-2026-2/rules?limit=1');
    const rest = await get(`/CVE-2026-2/rules?limit=1&cursor=${page.next_cursor}`);
    expect([page, rest].map(({ data }) => data[0].package)).toEqual(['curl', 'wget']);
    expect(rest.next_cursor).toBeNull();
  });
});

describe('a vulnerability', () => {
  test('is what several feeds speak of', async () => {
    const found = await get('/cve-2026-1');
    expect(found).toMatchObject({ id: 'CVE-2026-1', kind: 'vulnerability', reach: { affected: 2 } });
    expect(found.told.map(({ feed, id }: { feed: string; id: string }) => `${feed} ${id}`)).toEqual([
      'debian CVE-2026-1',
      'osv DSA-1-1',
    ]);
  });

  test('that VEX answers is told as answered, and by whom', async () => {
    const vex = {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'vex-1',
      author: 'Acme',
      timestamp: '2026-11-01T00:00:00Z',
      version: 1,
      statements: [
        {
          vulnerability: { name: 'CVE-2026-3' },
          products: [{ '@id': 'pkg:deb/debian/wget?arch=source&distro=debian-12' }],
          status: 'not_affected',
          justification: 'vulnerable_code_not_present',
        },
      ],
    };
    expect((await http.call('POST', '/api/v1/vex', { octets: JSON.stringify(vex) })).status).toBe(201);
    const assets = await sql<{ id: string }>`SELECT id FROM inventory_asset`.execute(test_.ctx.db);
    await test_.ctx.db.transaction().execute((db) =>
      recomputeFindings(
        { ...test_.ctx, db },
        assets.rows.map(({ id }) => id),
      ),
    );
    expect((await get('/CVE-2026-3')).reach).toMatchObject({ affected: 0, answered: 3 });
    expect((await get('/CVE-2026-3/assets')).data[0]).toMatchObject({
      package: 'wget',
      state: 'not_affected',
      vex: 'VEX vex-1 of 2026-11-01 by Acme: not affected, vulnerable_code_not_present',
    });
  });

  test('touches no machine that was retired, also where VEX answered it', async () => {
    await sql`UPDATE inventory_asset SET retired_at = now() WHERE hostname = 'web-03'`.execute(test_.ctx.db);
    for (const id of ['CVE-2026-2', 'CVE-2026-3']) expect(await hostsOf(id)).toEqual(['web-01', 'web-02']);
    expect((await get('/CVE-2026-3')).reach).toMatchObject({ answered: 2, known: 2, total: 3 });
    await sql`UPDATE inventory_asset SET retired_at = NULL`.execute(test_.ctx.db);
  });

  test('that was rejected is known, although nobody has an advisory of it', async () => {
    expect(await get('/CVE-2026-9')).toMatchObject({ told: [], vulnerabilities: [{ is_rejected: true }] });
  });

  test.each(['CVE-2026-404', 'no-such', '%5B%5D', "x'--"])('%s that nobody speaks of is not found', async (id) => {
    expect(await http.call('GET', `/api/v1/advisories/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
    expect(await get(`/${id}/assets`)).toEqual({ data: [], next_cursor: null });
  });
});

describe('the list', () => {
  test('is by id, narrowed by how it begins and by feed', async () => {
    const ids = async (query: string) =>
      (await get(query)).data.map(({ feed, id }: Record<string, string>) => `${feed} ${id}`);
    expect(await ids('')).toEqual(['debian CVE-2026-1', 'osv DSA-1-1', 'osv DSA-2-1', 'osv GHSA-abcd-efgh']);
    expect(await ids('?search=dsa-')).toEqual(['osv DSA-1-1', 'osv DSA-2-1']);
    expect(await ids('?feed=debian')).toEqual(['debian CVE-2026-1']);
    expect(await ids('?search=%25')).toEqual([]);
    const page = await get('?limit=3');
    expect(await ids(`?limit=3&cursor=${page.next_cursor}`)).toEqual(['osv GHSA-abcd-efgh']);
  });

  test.each([
    '/api/v1/advisories',
    '/api/v1/advisories/DSA-1-1',
    '/api/v1/advisories/DSA-1-1/rules',
    '/api/v1/advisories/DSA-1-1/assets',
  ])('GET %s is for those who may read patches', async (url) => {
    expect((await http.call('GET', url, { as: null })).status).toBe(401);
    expect((await http.call('GET', url, { as: ['assets:read'] })).status).toBe(403);
    expect((await http.call('GET', url, { as: ['patches:read'] })).status).toBe(200);
  });

  test.each(['/x/assets?cursor=x', '/x/rules?cursor=W10', '?cursor=W10', '?limit=0'])('refuses %s', async (path) => {
    expect((await http.call('GET', `/api/v1/advisories${path}`)).status).toBe(422);
  });
});
