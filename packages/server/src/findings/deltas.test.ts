import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestContext } from '../advisories/test-context.ts';
import { openDatabase } from '../platform/database.ts';
import { readFleetIndex } from './read-fleet-index.ts';
import { aFacts, aSoftware, enrol, report } from './test-assets.ts';
import { lookIntoEach, runDeltas } from './test-deltas.ts';

test('whatever changes in whatever order, step by step comes to the same as from nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const test_ = await openTestContext();
      try {
        const { incremental, rebuilt } = await runDeltas(test_.ctx, { deltas: 600, rounds: 6, assets: 12, seed });
        expect(incremental.findings.length).toBeGreaterThan(0);
        expect(incremental).toEqual(rebuilt);
        expect(rebuilt.index).toEqual(await lookIntoEach(test_.ctx));
      } finally {
        await test_.close();
      }
    }),
    { numRuns: 3, endOnFailure: true },
  );
});

test('the index follows machines that move to another system, are retired and come back, in each process', async () => {
  const test_ = await openTestContext();
  const other = openDatabase(test_.url, 2);
  try {
    const processes = [test_.ctx, { ...test_.ctx, db: other.db, settings: { ...test_.ctx.settings } }];
    const seen = async () => {
      const [one, two] = await Promise.all(
        processes.map(async (ctx) => {
          const index = await readFleetIndex(ctx);
          return index
            .systems()
            .flatMap((system) => index.assetsWith(system, [1]).map((asset) => `${system} ${asset}`));
        }),
      );
      expect(one).toEqual(two);
      return one;
    };
    const asset = await enrol(test_.ctx, 'web-01');
    expect(await seen()).toEqual([]);
    const software = [aSoftware('curl', '7.88.1-10')];
    await report(test_.ctx, asset, 'web-01', { software });
    expect(await seen()).toEqual([`debian 12, debian:12, debian bookworm ${asset}`]);
    const { os } = aFacts('web-01');
    await report(test_.ctx, asset, 'web-01', { software, facts: { os: { ...os, version_id: '13' } } });
    expect(await seen()).toEqual([expect.stringContaining('debian 13')]);
    const retire = (at: string | null) =>
      sql`UPDATE inventory_asset SET retired_at = ${at} WHERE id = ${asset}`.execute(test_.ctx.db);
    await retire('2026-11-23T12:00:00Z');
    expect(await seen()).toEqual([]);
    await retire(null);
    expect(await seen()).toHaveLength(1);
    await report(test_.ctx, asset, 'web-01', { software: [aSoftware('vim', '9')] });
    expect(await seen()).toEqual([]);
  } finally {
    await other.close();
    await test_.close();
  }
});

test('a machine that is placed by a transaction that ends later than a newer one is not missed', async () => {
  const test_ = await openTestContext();
  const other = openDatabase(test_.url, 2);
  try {
    const [slow, quick] = [await enrol(test_.ctx, 'slow'), await enrol(test_.ctx, 'quick')];
    const software = [aSoftware('curl', '7.88.1-10')];
    const index = async () =>
      (await readFleetIndex(test_.ctx)).assetsWith('debian 12, debian:12, debian bookworm', [1]);
    await other.db.transaction().execute(async (db) => {
      await sql`UPDATE inventory_asset SET facts = NULL WHERE id = ${slow}`.execute(db);
      await report(test_.ctx, quick, 'quick', { software });
      expect(await index()).toEqual([quick]);
      await sql`UPDATE inventory_asset t SET set_digest = q.set_digest, facts = q.facts FROM inventory_asset q
        WHERE t.id = ${slow} AND q.id = ${quick}`.execute(db);
    });
    expect((await index()).sort()).toEqual([quick, slow].sort());
  } finally {
    await other.close();
    await test_.close();
  }
});
