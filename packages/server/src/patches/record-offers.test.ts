import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { inventoryDigest, softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { findingsJobs } from '../findings/finding.jobs.ts';
import { anUpdate, aSoftware, enrol, report } from '../findings/test-assets.ts';
import { openSoftwareLibrary } from '../inventory/software-library.ts';
import { takeReports } from '../inventory/take-reports.ts';
import { openDatabase, rows } from '../platform/database.ts';
import { runJobs } from '../platform/jobs.ts';
import { patchesJobs } from './patch.jobs.ts';
import { recordOffers } from './record-offers.ts';

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext();
});
afterAll(() => test_.close());

interface Kept {
  id: string;
  source: string;
  is_security: boolean;
  first_seen_at: string;
  packages: { name: string; from_versions: string[] }[];
  offers: { asset: string; at: string }[];
}

async function kept(): Promise<Kept[]> {
  return rows(
    test_.ctx.db,
    sql<Kept>`SELECT id, source, is_security, first_seen_at, packages, ARRAY(SELECT jsonb_build_object('asset', a.hostname, 'at', o.first_offered_at)
      FROM patch_offer o JOIN inventory_asset a ON a.id = o.asset WHERE o.patch = p.id ORDER BY a.hostname) AS offers FROM patch p ORDER BY number`,
  );
}

async function offer(asset: string, at: string): Promise<void> {
  await test_.ctx.db.transaction().execute((db) => recordOffers({ ...test_.at(at), db }, [asset]));
}

const T1 = '2026-11-23T10:00:00.000Z';
const T2 = '2026-11-23T11:00:00.000Z';
const old = aSoftware('curl', '7.88-1');
const older = aSoftware('curl', '7.87-1');

describe('recordOffers', () => {
  test('gives a patch its number once and keeps who was offered it first when', async () => {
    const [one, two] = [await enrol(test_.ctx, 'one'), await enrol(test_.ctx, 'two')];
    await report(test_.at(T1), one, 'one', {
      software: [old],
      updates: [anUpdate(old, '7.88-2', { is_security: false })],
    });
    await report(test_.at(T2), two, 'two', { software: [older], updates: [anUpdate(older, '7.88-2')] });
    await offer(one, T1);
    await offer(two, T2);
    await offer(one, T2);
    expect(await kept()).toMatchObject([
      {
        id: 'P-1',
        source: 'curl',
        is_security: true,
        first_seen_at: T1,
        packages: [{ name: 'curl', from_versions: ['7.87-1', '7.88-1'] }],
        offers: [{ asset: 'one' }, { asset: 'two' }],
      },
    ]);
  });

  test('makes none twice and skips no number when many machines bring the same ones at once', async () => {
    const software = Array.from({ length: 40 }, (_, index) => aSoftware(`lib${String(index).padStart(2, '0')}`, '1-1'));
    const assets = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const hostname = `herd-${index}`;
        const asset = await enrol(test_.ctx, hostname);
        // Each knows another part of them, in another order.
        const own = software
          .slice(index * 5)
          .concat(software.slice(0, index * 3))
          .toReversed();
        await report(test_.ctx, asset, hostname, { software: own, updates: own.map((each) => anUpdate(each, '1-2')) });
        return asset;
      }),
    );
    await Promise.all(assets.flatMap((asset) => [offer(asset, T1), offer(asset, T2)]));
    const patches = (await kept()).filter(({ source }) => source.startsWith('lib'));
    expect(patches.map(({ source }) => source).sort()).toEqual(software.map(({ source }) => source));
    const numbers = patches.map(({ id }) => Number(id.slice(2))).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 2));
  });

  test('has nothing to keep of a machine that does not exist, is retired or lacks nothing', async () => {
    const before = (await kept()).length;
    const asset = await enrol(test_.ctx, 'gone');
    await offer('asset_none', T1);
    await offer(asset, T1);
    await report(test_.ctx, asset, 'gone', { software: [old], updates: [anUpdate(old, '9-9')] });
    await sql`UPDATE inventory_asset SET retired_at = ${T1} WHERE id = ${asset}`.execute(test_.ctx.db);
    await offer(asset, T1);
    expect(await kept()).toHaveLength(before);
  });
});

test('a report becomes findings and a patch by itself, through the real job runner', async () => {
  const { db, pool, close } = openDatabase(test_.url, 6);
  const runner = await runJobs(
    { ...findingsJobs, ...patchesJobs },
    { db, pool, log: test_.ctx.log, settings: test_.ctx.settings, server: 'test' },
  );
  try {
    const asset = await enrol(test_.ctx, 'flow');
    const software = [aSoftware('nginx', '1.22-1')];
    await report(test_.ctx, asset, 'flow', {
      updates: software.map((each) => anUpdate(each, '1.22-2', { changelog_cves: ['CVE-2026-7777'] })),
    });
    const lines = software.map(softwareLine).sort();
    const inventory_digest = inventoryDigest(lines, nodeCryptography.sha256);
    const set = await openSoftwareLibrary(db).prepare(inventory_digest, lines, () => true);
    await db.transaction().execute(async (trx) => {
      const reported = { asset, now: { inventory_digest }, set, updates: null, facts: null };
      await takeReports({ ...test_.ctx, db: trx }, [reported]);
    });
    await expect
      .poll(async () => (await kept()).some(({ source }) => source === 'nginx'), { timeout: 10_000 })
      .toBe(true);
    const found = await rows(db, sql`SELECT vulnerability FROM finding WHERE asset = ${asset}`);
    expect(found).toEqual([{ vulnerability: 'CVE-2026-7777' }]);
  } finally {
    await runner.close();
    await close();
  }
});
