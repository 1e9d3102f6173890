import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replaceAdvisories } from '../advisories/test-advisories.ts';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { takeStirred } from '../inventory/stirred.store.ts';
import { rows } from '../platform/database.ts';
import { openTestHttp, type TestHttp } from '../platform/test-http.ts';
import { recomputeFindings } from './recompute-findings.ts';
import { anUpdate, aSoftware, enrol, report } from './test-assets.ts';
import { registerVexRoutes } from './vex.routes.ts';

let test_: TestContext;
let http: TestHttp;
let asset: string;
const AT = '2026-11-23T10:00:00.000Z';
const curl = aSoftware('curl', '7.88.1-10');
const library = aSoftware('libcurl4', '7.88.1-10', { source: 'curl', source_version: '7.88.1-10' });

beforeAll(async () => {
  test_ = await openTestContext(AT);
  http = await openTestHttp(test_.ctx, registerVexRoutes);
  await sql`INSERT INTO platform_organization (id, name, created_at) VALUES ('org_1', 'Acme', now()) ON CONFLICT DO NOTHING`.execute(
    test_.ctx.db,
  );
  await replaceAdvisories(test_.ctx, 'osv', [
    {
      id: 'DSA-1',
      vulnerabilities: ['CVE-2026-1', 'CVE-2026-2'],
      affected: [
        {
          ecosystem: 'Debian:12',
          package: 'curl',
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '7.88.1-11' }] }],
          versions: [],
          severity: null,
        },
      ],
    },
  ]);
  asset = await enrol(test_.ctx, 'web-01');
  const updates = [anUpdate(curl, '7.88.1-11', { changelog_cves: ['CVE-2026-1'] })];
  await report(test_.ctx, asset, 'web-01', { software: [curl, library], updates });
  await recompute();
  await asked();
});
afterAll(async () => {
  await http.close();
  await test_.close();
});

async function recompute(): Promise<void> {
  await test_.ctx.db.transaction().execute((db) => recomputeFindings({ ...test_.ctx, db }, [asset]));
}
async function open(): Promise<string[]> {
  const found = await rows(
    test_.ctx.db,
    sql<{ vulnerability: string }>`SELECT vulnerability FROM finding WHERE cleared_at IS NULL ORDER BY 1`,
  );
  return found.map(({ vulnerability }) => vulnerability);
}
const asked = () => takeStirred(test_.ctx.db, 1000);

const openvex = (more: object = {}, statement: object = {}) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'vex-1',
  author: 'Debian Security',
  timestamp: '2026-11-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2026-1' },
      products: [{ '@id': 'pkg:deb/debian/curl?arch=source&distro=debian-12' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      impact_statement: 'built without it',
      ...statement,
    },
  ],
  ...more,
});

async function upload(document: unknown): Promise<{ status: number; body: { id: string; [member: string]: unknown } }> {
  const octets = typeof document === 'string' ? document : JSON.stringify(document);
  return http.call('POST', '/api/v1/vex', { octets });
}

describe('VEX documents on the server', () => {
  test('answer a finding, also one that the machine’s own changelog names, and say who says so', async () => {
    expect(await open()).toEqual(['CVE-2026-1', 'CVE-2026-2']);
    const { status, body } = await upload(openvex());
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ document: 'vex-1', author: 'Debian Security', statements: 1, answers: 0 }),
    ]);
    expect(await asked()).toEqual([asset]);
    await recompute();
    expect(await open()).toEqual(['CVE-2026-2']);
    const cleared = await rows(
      test_.ctx.db,
      sql`SELECT vulnerability, cleared_because FROM finding WHERE cleared_at IS NOT NULL`,
    );
    expect(cleared).toEqual([{ vulnerability: 'CVE-2026-1', cleared_because: 'not_affected' }]);
    const { body: answered } = await http.call('GET', '/api/v1/vex/answered-findings?asset=web-01');
    expect(answered.data).toMatchObject([
      {
        hostname: 'web-01',
        vulnerability: 'CVE-2026-1',
        status: 'not_affected',
        vex: 'VEX vex-1 of 2026-11-01 by Debian Security: not affected, vulnerable_code_not_present: built without it',
      },
    ]);
    expect((await http.call('GET', '/api/v1/vex')).body.data).toMatchObject([{ answers: 1, imported_by: 'Ada' }]);
  });

  test('looked at again, nothing changes', async () => {
    const before = (await http.call('GET', '/api/v1/vex/answered-findings')).body;
    await recompute();
    expect((await http.call('GET', '/api/v1/vex/answered-findings')).body).toEqual(before);
    expect(await open()).toEqual(['CVE-2026-2']);
  });

  test('are written out again with what is open', async () => {
    const { body } = await http.call('GET', '/api/v1/vex/export');
    expect(body.author).toBe('Acme');
    expect(body.statements).toMatchObject([
      { vulnerability: { name: 'CVE-2026-1' }, status: 'not_affected', justification: 'vulnerable_code_not_present' },
      { vulnerability: { name: 'CVE-2026-2' }, status: 'affected', action_statement: 'Update curl to 7.88.1-11.' },
    ]);
    expect(body.statements[1].products[0]['@id']).toBe('pkg:deb/debian/curl@7.88.1-10?arch=source&distro=debian-12');
    for (const form of ['csaf', 'cyclonedx'])
      expect((await http.call('GET', `/api/v1/vex/export?format=${form}`)).status).toBe(200);
  });

  test('a newer one of the same id takes the place of the old, and opens what it no longer says', async () => {
    const { body } = await upload(openvex({ version: 2 }, { status: 'under_investigation' }));
    expect((await http.call('GET', '/api/v1/vex')).body.data.map(({ id }: { id: string }) => id)).toEqual([body.id]);
    await recompute();
    expect(await open()).toEqual(['CVE-2026-1', 'CVE-2026-2']);
    await upload(openvex());
  });

  test('removed, they answer nothing any more', async () => {
    await recompute();
    expect(await open()).toEqual(['CVE-2026-2']);
    const [{ id }] = (await http.call('GET', '/api/v1/vex')).body.data;
    expect((await http.call('DELETE', `/api/v1/vex/${id}`)).status).toBe(204);
    expect((await http.call('DELETE', `/api/v1/vex/${id}`)).status).toBe(404);
    await recompute();
    expect(await open()).toEqual(['CVE-2026-1', 'CVE-2026-2']);
    const log = await rows(
      test_.ctx.db,
      sql<{ verb: string }>`SELECT verb FROM audit_entry WHERE verb LIKE 'vex.%' ORDER BY sequence`,
    );
    expect(log.map(({ verb }) => verb)).toEqual(['vex.import', 'vex.import', 'vex.import', 'vex.remove']);
  });

  test.each([
    ['a binary, while the source has others', { products: ['pkg:deb/debian/libcurl4'] }],
    ['another release', { products: ['pkg:deb/debian/curl?arch=source&distro=debian-11'] }],
    [
      'a product that is not there',
      { products: [{ '@id': 'pkg:oci/x', subcomponents: [{ '@id': 'pkg:deb/debian/curl?arch=source' }] }] },
    ],
    ['another vulnerability', { vulnerability: { name: 'CVE-2026-9' } }],
  ])('of %s answer nothing', async (_, statement) => {
    const { body } = await upload(openvex({}, statement));
    await recompute();
    expect(await open()).toEqual(['CVE-2026-1', 'CVE-2026-2']);
    await http.call('DELETE', `/api/v1/vex/${body.id}`);
  });

  test.each([
    ['no JSON', 'hello', 422],
    ['another document', { a: 1 }, 422],
    ['lists a million deep', '['.repeat(1_000_000), 422],
    ['a million keys', `{${Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":1`).join()}}`, 422],
    ['a document behind __proto__', `{"__proto__":${JSON.stringify(openvex())}}`, 422],
    ['no product', openvex({}, { products: [] }), 422],
    ['what cannot be stored', openvex({}, { impact_statement: 'a\u0000b' }), 422],
  ])('refused: %s', async (_, document, status) => {
    const answer = await upload(document);
    expect([answer.status, answer.body['code']]).toEqual([status, 'invalid']);
    expect((await http.call('GET', '/api/v1/vex')).body.data).toEqual([]);
  });

  test('a permission is asked for', async () => {
    const as = ['patches:read'] as const;
    expect((await http.call('POST', '/api/v1/vex', { octets: '{}', as })).status).toBe(403);
    expect((await http.call('DELETE', '/api/v1/vex/x', { as })).status).toBe(403);
    expect((await http.call('GET', '/api/v1/vex', { as: null })).status).toBe(401);
    expect((await http.call('GET', '/api/v1/vex', { as })).status).toBe(200);
  });
});
