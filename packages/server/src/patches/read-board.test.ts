import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { recomputeFindings } from '../findings/recompute-findings.ts';
import { anUpdate, aSoftware, enrol, report } from '../findings/test-assets.ts';
import { describePatch } from './describe-patch.ts';
import { readBoard } from './read-board.ts';
import { recordOffers } from './record-offers.ts';

const PACKAGES = 800;
const CVES = 3;

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext(new Date().toISOString());
});
afterAll(() => test_.close());

test('a machine that lacks 800 packages is read, ranked and described, none missing', async () => {
  const { ctx } = test_;
  const software = Array.from({ length: PACKAGES }, (_, index) => aSoftware(`package-${index}`, '1.0-1'));
  const updates = software.map((each, index) => {
    const changelog_cves = Array.from({ length: CVES }, (_, cve) => `CVE-2026-${10_000 + index * CVES + cve}`);
    return anUpdate(each, '1.1-1', { changelog_cves });
  });
  await sql`INSERT INTO advisory_epss SELECT 'CVE-2026-' || n, random(), random() FROM generate_series(10000, 60000) AS n`.execute(
    ctx.db,
  );
  await sql`INSERT INTO advisory_known_exploited SELECT cve, '', '', '', '2026-01-01', NULL, false, '', now()
    FROM advisory_epss WHERE score > 0.99`.execute(ctx.db);
  const asset = await enrol(ctx, 'web-01');
  await report(ctx, asset, 'web-01', { software, updates });
  const started = performance.now();
  await ctx.db.transaction().execute(async (db) => {
    await recomputeFindings({ ...ctx, db }, [asset]);
    await recordOffers({ ...ctx, db }, [asset]);
  });
  const computed = performance.now() - started;
  await sql`ANALYZE`.execute(ctx.db);
  const begun = performance.now();
  const board = await readBoard(ctx, async () => new Map());
  const described = board.patches.map((patch) => describePatch(patch, board));
  const read = performance.now() - begun;
  expect(described).toHaveLength(PACKAGES);
  expect(described.map(({ rank }) => rank)).toEqual(Array.from({ length: PACKAGES }, (_, index) => index + 1));
  console.info(
    `${PACKAGES} packages, ${PACKAGES * CVES} findings: computed in ${Math.round(computed)} ms, read in ${read.toFixed(1)} ms`,
  );
});
