import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { recomputeFindings } from '../findings/recompute-findings.ts';
import { anUpdate, aSoftware, enrol, report } from '../findings/test-assets.ts';
import { openTestHttp, type TestHttp } from '../platform/test-http.ts';
import { registerPatchesRoutes } from './patch.routes.ts';
import { recordOffers } from './record-offers.ts';

let test_: TestContext;
let http: TestHttp;

beforeAll(async () => {
  test_ = await openTestContext();
  http = await openTestHttp(test_.ctx, (app, services) =>
    registerPatchesRoutes(app, services, { readOpenChanges: async () => new Map() }),
  );
  for (const [name, cve, epss, exposure] of [
    ['curl', 'CVE-2026-1', 0.9, 'isolated'],
    ['wget', 'CVE-2026-2', 0.2, 'internet'],
  ] as const) {
    const { db } = test_.ctx;
    await sql`INSERT INTO advisory_epss VALUES (${cve}, ${epss}, 0.9)`.execute(db);
    await sql`INSERT INTO advisory_cve (cve, is_rejected, cvss, automatable, technical_impact) VALUES (${cve}, false, '[]', 'no', 'total')`.execute(
      db,
    );
    const asset = await enrol(test_.ctx, `of-${name}`);
    const software = aSoftware(name, '1-1');
    const updates = [anUpdate(software, '1-2', { changelog_cves: [cve] })];
    await report(test_.ctx, asset, `of-${name}`, { software: [software], updates });
    await sql`UPDATE inventory_asset SET exposure = ${exposure} WHERE id = ${asset}`.execute(db);
    await db.transaction().execute(async (trx) => {
      await recomputeFindings({ ...test_.ctx, db: trx }, [asset]);
      await recordOffers({ ...test_.ctx, db: trx }, [asset]);
    });
  }
});
afterAll(async () => {
  await http.close();
  await test_.close();
});

const preview = (yaml: string, as?: readonly ['policies:read']) =>
  http.call('POST', '/api/v1/ranking/preview', { body: { yaml }, ...(as === undefined ? {} : { as }) });

test('the weights that stand move nothing', async () => {
  expect(await preview('kind: Ranking\n')).toMatchObject({
    status: 200,
    body: { most_points: 100, moved: 0, of: 2, moves: [] },
  });
});

test('other weights are told by what they would move, and are not kept', async () => {
  const { body } = await preview('kind: Ranking\nexposure: {internet: 0, internal: 0}\n');
  expect(body).toMatchObject({
    most_points: 88,
    weights: { exposure: { internet: 0 } },
    moved: 2,
    moves: [
      { source: 'curl', from: { rank: 2 }, to: { rank: 1 } },
      { source: 'wget', from: { rank: 1 }, to: { rank: 2 } },
    ],
  });
  const [, wget] = body.moves;
  expect(wget.from.score - wget.to.score).toBe(12);
  const { rows } = await sql`SELECT FROM ranking_version`.execute(test_.ctx.db);
  expect(rows).toEqual([]);
});

test('another bucket is a move, also where the place stays', async () => {
  const { body } = await preview('kind: Ranking\npoc_from_epss: 0.95\n');
  expect(
    body.moves.map(({ from, to }: Record<string, { decision: string }>) => [from?.decision, to?.decision]),
  ).toEqual([
    ['track_star', 'track'],
    ['track_star', 'track'],
  ]);
});

test('what is no ranking is refused with its place, and whoever may not read patches is told nothing', async () => {
  expect(await preview('kind: Ranking\nepps: 3\n')).toMatchObject({
    status: 422,
    body: { code: 'ranking-invalid', errors: [{ message: expect.stringContaining('line 2, column 1') }] },
  });
  expect((await preview('kind: Ranking\n', ['policies:read'])).status).toBe(403);
});
