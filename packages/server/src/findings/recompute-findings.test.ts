import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replaceAdvisories, type TestAdvisory } from '../advisories/test-advisories.ts';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { rows } from '../platform/database.ts';
import { recomputeAllFindings, recomputeFindings } from './recompute-findings.ts';
import { anUpdate, aSoftware, enrol, report } from './test-assets.ts';

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext();
});
afterAll(() => test_.close());

interface Row {
  vulnerability: string | null;
  fixed_version: string | null;
  detected_at: string;
  patch_available_at: string | null;
  cleared_at: string | null;
  cleared_because: string | null;
  sources: string[];
}

async function findings(asset: string): Promise<Row[]> {
  return rows(
    test_.ctx.db,
    sql<Row>`SELECT vulnerability, fixed_version, detected_at, patch_available_at, cleared_at, cleared_because,
      ARRAY(SELECT DISTINCT e->>'source' FROM jsonb_array_elements(evidence) AS e ORDER BY 1) AS sources
      FROM finding WHERE asset = ${asset} ORDER BY vulnerability NULLS FIRST, detected_at`,
  );
}

async function recompute(asset: string, at: string): Promise<void> {
  await test_.ctx.db.transaction().execute((db) => recomputeFindings({ ...test_.at(at), db }, asset));
}

function publish(advisories: TestAdvisory[]): Promise<void> {
  return replaceAdvisories(test_.ctx, 'osv', advisories);
}

function affects(name: string, fixed: string, ecosystem = 'Debian:12') {
  return [
    {
      ecosystem,
      package: name,
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      versions: [],
      severity: null,
    },
  ];
}

const T1 = '2026-11-23T10:00:00.000Z';
const T2 = '2026-11-23T11:00:00.000Z';
const T3 = '2026-11-23T12:00:00.000Z';
const curl = aSoftware('curl', '7.88.1-10');

describe('recomputeFindings', () => {
  test('finds, keeps its times, clears when a later report shows the fix, and finds anew without touching the old', async () => {
    await publish([
      {
        id: 'DSA-1',
        vulnerabilities: ['CVE-2026-1'],
        published: '2026-11-01T00:00:00.000Z',
        affected: affects('curl', '7.88.1-11'),
      },
      { id: 'DSA-2', vulnerabilities: ['CVE-2026-2'], affected: affects('curl', '7.88.1-11', 'Debian:11') },
    ]);
    const asset = await enrol(test_.ctx, 'web-01');
    await report(test_.at(T1), asset, 'web-01', { software: [curl], updates: [] });
    await recompute(asset, T1);
    const first = { vulnerability: 'CVE-2026-1', fixed_version: '7.88.1-11', detected_at: T1, sources: ['osv'] };
    expect(await findings(asset)).toEqual([
      { ...first, patch_available_at: null, cleared_at: null, cleared_because: null },
    ]);

    const update = anUpdate(curl, '7.88.1-11', { changelog_cves: ['CVE-2026-1'] });
    await report(test_.at(T2), asset, 'web-01', { updates: [update] });
    await recompute(asset, T2);
    const offered = { ...first, patch_available_at: T2, sources: ['changelog', 'osv'] };
    expect(await findings(asset)).toEqual([{ ...offered, cleared_at: null, cleared_because: null }]);

    await recompute(asset, T3);
    expect(await findings(asset)).toEqual([{ ...offered, cleared_at: null, cleared_because: null }]);

    await report(test_.at(T3), asset, 'web-01', { software: [aSoftware('curl', '7.88.1-11')], updates: [] });
    await recompute(asset, T3);
    expect(await findings(asset)).toEqual([{ ...offered, cleared_at: T3, cleared_because: 'fixed' }]);

    const T4 = '2026-11-23T13:00:00.000Z';
    await report(test_.at(T4), asset, 'web-01', { software: [curl], updates: [] });
    await recompute(asset, T4);
    expect((await findings(asset)).map(({ detected_at, cleared_at }) => [detected_at, cleared_at])).toEqual([
      [T1, T3],
      [T4, null],
    ]);
  });

  test('keeps one open whose fix waits for a restart', async () => {
    await publish([]);
    const asset = await enrol(test_.ctx, 'db-01');
    const old = aSoftware('libc6', '2.36-9', { source: 'glibc' });
    await report(test_.at(T1), asset, 'db-01', { software: [old], updates: [anUpdate(old, '2.36-10')] });
    await recompute(asset, T1);
    const next = aSoftware('libc6', '2.36-10', { source: 'glibc' });
    const facts = { reboot_required: true, reboot_reasons: ['libc6 asks for a reboot'] };
    await report(test_.at(T2), asset, 'db-01', { software: [next], updates: [], facts });
    await recompute(asset, T2);
    expect(await findings(asset)).toMatchObject([
      { vulnerability: null, sources: ['security_suite'], patch_available_at: T1, cleared_at: null },
    ]);
    await report(test_.at(T3), asset, 'db-01', { software: [next], updates: [] });
    await recompute(asset, T3);
    expect(await findings(asset)).toMatchObject([{ cleared_at: T3, cleared_because: 'fixed' }]);
  });

  test('clears an unnamed one once its vulnerability is named, and one whose advisory is withdrawn', async () => {
    await publish([]);
    const asset = await enrol(test_.ctx, 'web-02');
    await report(test_.at(T1), asset, 'web-02', { software: [curl], updates: [anUpdate(curl, '7.88.1-11')] });
    await recompute(asset, T1);
    await publish([{ id: 'DSA-1', vulnerabilities: ['CVE-2026-1'], affected: affects('curl', '7.88.1-11') }]);
    await recompute(asset, T2);
    await publish([
      { id: 'DSA-1', vulnerabilities: ['CVE-2026-1'], affected: affects('curl', '7.88.1-11'), withdrawn: T3 },
    ]);
    await recompute(asset, T3);
    expect(await findings(asset)).toMatchObject([
      { vulnerability: null, detected_at: T1, cleared_at: T2, cleared_because: 'no_longer_said' },
      { vulnerability: null, detected_at: T3, cleared_at: null },
      { vulnerability: 'CVE-2026-1', detected_at: T2, cleared_at: T3, cleared_because: 'no_longer_said' },
    ]);
  });

  test('opens nothing twice when two recompute at once', async () => {
    await publish([{ id: 'DSA-1', vulnerabilities: ['CVE-2026-1'], affected: affects('curl', '7.88.1-11') }]);
    const asset = await enrol(test_.ctx, 'web-03');
    await report(test_.at(T1), asset, 'web-03', { software: [curl], updates: [] });
    await Promise.all([recompute(asset, T1), recompute(asset, T2), recompute(asset, T3)]);
    expect(await findings(asset)).toHaveLength(1);
  });

  test('clears what a retired machine had, and does nothing for one that never reported or does not exist', async () => {
    const asset = await enrol(test_.ctx, 'web-04');
    await recompute(asset, T1);
    await recompute('asset_none', T1);
    expect(await findings(asset)).toEqual([]);
    await report(test_.at(T1), asset, 'web-04', { software: [curl], updates: [] });
    await recompute(asset, T1);
    await sql`UPDATE inventory_asset SET retired_at = ${T2} WHERE id = ${asset}`.execute(test_.ctx.db);
    await recompute(asset, T2);
    expect(await findings(asset)).toMatchObject([{ cleared_at: T2, cleared_because: 'retired' }]);
  });

  test('asks for every machine anew, one job each, once for what has changed', async () => {
    const before = async () =>
      (
        await rows(
          test_.ctx.db,
          sql<{ key: string }>`SELECT key FROM graphile_worker.jobs WHERE key LIKE 'findings:asset%'`,
        )
      ).length;
    await publish([{ id: 'DSA-9', affected: affects('curl', '9') }]);
    // Reports have asked for some already.
    await sql`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs`.execute(test_.ctx.db);
    await recomputeAllFindings(test_.ctx);
    expect(await before()).toBe(4);
    await sql`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs`.execute(test_.ctx.db);
    await recomputeAllFindings(test_.ctx);
    expect(await before()).toBe(0);
  });
});
