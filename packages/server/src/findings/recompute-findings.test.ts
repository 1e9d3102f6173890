import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replaceAdvisories, type TestAdvisory } from '../advisories/test-advisories.ts';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { takeStirred } from '../inventory/stirred.store.ts';
import { rows } from '../platform/database.ts';
import { recomputeFindings } from './recompute-findings.ts';
import { rematch } from './rematch.ts';
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
  await test_.ctx.db.transaction().execute((db) => rematch({ ...test_.at(at), db }));
  await test_.ctx.db.transaction().execute((db) => recomputeFindings({ ...test_.at(at), db }, [asset]));
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

  test('asks only machines anew that have a package of which something else is said now, on its own release', async () => {
    await publish([]);
    const asked = async () => {
      await test_.ctx.db.transaction().execute((db) => rematch({ ...test_.ctx, db }));
      return takeStirred(test_.ctx.db, 1000);
    };
    const enrolled = async (name: string, software: Software[], os = 'bookworm:12') => {
      const asset = await enrol(test_.ctx, name);
      const [codename = '', version_id = ''] = os.split(':');
      const facts = { os: { id: 'debian', version_id, codename, name: '' } };
      await report(test_.at(T1), asset, name, { software, updates: [], facts });
      await recompute(asset, T1);
      return asset;
    };
    const old = await enrolled('old-wget', [aSoftware('wget', '1.21-1')]);
    await enrolled('new-wget', [aSoftware('wget', '1.21-3')]);
    await enrolled('no-wget', [aSoftware('vim', '9')]);
    await enrolled('older-release', [aSoftware('wget', '1.21-1')], 'bullseye:11');
    await asked();

    await publish([{ id: 'DSA-9', vulnerabilities: ['CVE-2026-9'], affected: affects('wget', '1.21-2') }]);
    expect(await asked()).toEqual([old]);
    expect(await asked()).toEqual([]);
    await recompute(old, T2);
    expect(await findings(old)).toMatchObject([{ vulnerability: 'CVE-2026-9', cleared_at: null }]);
    await publish([]);
    expect(await asked()).toEqual([old]);
    await recompute(old, T3);
    expect(await findings(old)).toMatchObject([{ cleared_at: T3, cleared_because: 'no_longer_said' }]);
  });

  test('goes by the rules of each ecosystem: rpm with its module, packages of languages on every system', async () => {
    const rpm = (version: string, module: string | null): Software => {
      const kind = { ecosystem: 'rpm', architecture: 'x86_64', source_version: version, module } as const;
      return aSoftware('nodejs', version, kind);
    };
    const django: Software = aSoftware('Django', '4.2.0', { ecosystem: 'PyPI', architecture: 'all' });
    const os = { id: 'almalinux', version_id: '8.9', codename: '', name: 'AlmaLinux' };
    await publish([
      {
        id: 'ALSA-1',
        vulnerabilities: ['CVE-2026-11'],
        affected: affects('nodejs', '1:18.2-1.module_el8', 'AlmaLinux:8'),
      },
      { id: 'PYSEC-1', vulnerabilities: ['CVE-2026-12'], affected: affects('django', '4.2.1', 'PyPI') },
      { id: 'PYSEC-2', vulnerabilities: ['CVE-2026-13'], affected: affects('django', '4.2.0', 'PyPI') },
    ]);
    const asset = await enrol(test_.ctx, 'alma-01');
    const modular = rpm('1:18.1-1.module_el8', 'nodejs:18:8090:abc');
    await report(test_.at(T1), asset, 'alma-01', { software: [modular, django], updates: [], facts: { os } });
    await recompute(asset, T1);
    const open = (await findings(asset)).map(({ vulnerability, fixed_version }) => [vulnerability, fixed_version]);
    expect(open).toEqual([
      ['CVE-2026-11', '1:18.2-1.module_el8'],
      ['CVE-2026-12', '4.2.1'],
    ]);
    await report(test_.at(T2), asset, 'alma-01', { software: [rpm('1:18.1-1.el8', null)], updates: [], facts: { os } });
    await recompute(asset, T2);
    expect((await findings(asset)).map(({ cleared_because }) => cleared_because)).toEqual([
      'no_longer_said',
      'removed',
    ]);
  });

  test('keeps a kernel open whose fix is installed and does not run, and says so', async () => {
    const kernel = (release: string, version: string) =>
      aSoftware(`linux-image-${release}`, version, { source: 'linux-signed-amd64', source_version: `${version}+b1` });
    await publish([{ id: 'DSA-20', vulnerabilities: ['CVE-2026-20'], affected: affects('linux', '6.1.10-1') }]);
    const asset = await enrol(test_.ctx, 'kernel-01');
    const software = [kernel('6.1.0-9-amd64', '6.1.9-1'), kernel('6.1.0-10-amd64', '6.1.10-1')];
    const runs = (kernel_running: string) => ({ facts: { kernel_running, kernel_installed: '6.1.0-10-amd64' } });
    const waits = async () =>
      rows(
        test_.ctx.db,
        sql<{ waits_for: string | null; cleared_because: string | null }>`SELECT waits_for, cleared_because FROM finding
          WHERE asset = ${asset}`,
      );
    await report(test_.at(T1), asset, 'kernel-01', { software, updates: [], ...runs('6.1.0-9-amd64') });
    await recompute(asset, T1);
    expect(await waits()).toEqual([
      {
        waits_for:
          'restart: linux-image-6.1.0-10-amd64 6.1.10-1 has the fix and is installed, kernel 6.1.0-9-amd64 runs',
        cleared_because: null,
      },
    ]);
    await report(test_.at(T2), asset, 'kernel-01', { software, updates: [], ...runs('6.1.0-10-amd64') });
    await recompute(asset, T2);
    expect(await waits()).toMatchObject([{ cleared_because: 'fixed' }]);
  });

  test('waits for no fix any more once the system gets none', async () => {
    const asset = await enrol(test_.ctx, 'old-01');
    const cycle = (extended: string) =>
      sql`INSERT INTO advisory_release_cycle VALUES ('debian', '12', 'Bookworm', '2026-06-10', ${extended}, false)
        ON CONFLICT (product, cycle) DO UPDATE SET extended_until = excluded.extended_until`.execute(test_.ctx.db);
    const open = () =>
      rows(
        test_.ctx.db,
        sql<object>`SELECT state, evidence->-1->>'detail' AS last FROM finding WHERE asset = ${asset} AND cleared_at IS NULL`,
      );
    const [affected] = affects('exim4', '9');
    await publish([
      {
        id: 'CVE-2026-41',
        vulnerabilities: ['CVE-2026-41'],
        affected:
          affected === undefined
            ? []
            : [{ ...affected, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }] }],
      },
    ]);
    await report(test_.at(T1), asset, 'old-01', { software: [aSoftware('exim4', '4.96-15')], updates: [] });
    await cycle('2028-06-30');
    await recompute(asset, T1);
    expect(await open()).toMatchObject([{ state: 'unfixed' }]);
    await cycle('2026-11-01');
    await recompute(asset, T2);
    expect(await open()).toEqual([{ state: 'end_of_life', last: 'debian 12 got its last fixes on 2026-06-10' }]);
    await sql`DELETE FROM advisory_release_cycle`.execute(test_.ctx.db);
    await recompute(asset, T3);
    expect(await open()).toMatchObject([{ state: 'unfixed' }]);
  });

  test('believes the distribution before others, keeps the word of both, and opens nothing that it denies', async () => {
    const asset = await enrol(test_.ctx, 'disputed-01');
    const software = [aSoftware('exim4', '4.96-15')];
    const said = (vulnerability: string, fixed: string) => ({
      id: vulnerability,
      vulnerabilities: [vulnerability],
      affected: affects('exim4', fixed),
    });
    await publish([said('CVE-2026-31', '4.97-1'), said('CVE-2026-32', '4.97-1')]);
    await replaceAdvisories(test_.ctx, 'debian_tracker' as 'osv', [
      said('CVE-2026-31', '4.96-16'),
      said('CVE-2026-32', '4.96-15'),
    ]);
    await sql`INSERT INTO feed_source (id, records) VALUES ('osv', 2), ('debian_tracker', 2)
      ON CONFLICT (id) DO UPDATE SET records = 2`.execute(test_.ctx.db);
    await report(test_.at(T1), asset, 'disputed-01', { software, updates: [] });
    await recompute(asset, T1);
    const open = await rows(
      test_.ctx.db,
      sql<object>`SELECT vulnerability, fixed_version, decided_by, jsonb_path_query_array(evidence, '$[*].source') AS sources
        FROM finding WHERE asset = ${asset}`,
    );
    expect(open).toEqual([
      {
        vulnerability: 'CVE-2026-31',
        fixed_version: '4.96-16',
        decided_by: 'debian_tracker before osv: the publisher of the package knows best',
        sources: ['debian_tracker', 'osv'],
      },
    ]);
  });

  test('asks machines anew of what a feed denies that said nothing before, though the same rules match', async () => {
    const asset = await enrol(test_.ctx, 'denied-01');
    const said = (fixed: string) => [
      { id: 'CVE-2026-33', vulnerabilities: ['CVE-2026-33'], affected: affects('nano', fixed) },
    ];
    await replaceAdvisories(test_.ctx, 'debian_tracker' as 'osv', []);
    await publish(said('7.3-1'));
    await report(test_.at(T1), asset, 'denied-01', { software: [aSoftware('nano', '7.2-1')], updates: [] });
    await recompute(asset, T1);
    expect(await findings(asset)).toMatchObject([{ vulnerability: 'CVE-2026-33', cleared_at: null }]);
    await takeStirred(test_.ctx.db, 1000);

    await replaceAdvisories(test_.ctx, 'debian_tracker' as 'osv', said('7.2-1'));
    await test_.ctx.db.transaction().execute((db) => rematch({ ...test_.at(T2), db }));
    expect(await takeStirred(test_.ctx.db, 1000)).toEqual([asset]);
    await recompute(asset, T2);
    expect(await findings(asset)).toMatchObject([{ cleared_at: T2, cleared_because: 'no_longer_said' }]);
  });
});
