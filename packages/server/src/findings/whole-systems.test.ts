import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { syncFeed } from '../advisories/load-feed.ts';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { readFeedRow } from '../feeds/feed.queries.ts';
import { chooseFeeds } from '../inventory/choose-feeds.ts';
import { rows } from '../platform/database.ts';
import { recomputeFindings } from './recompute-findings.ts';
import { rematch } from './rematch.ts';
import { aSoftware, enrol, report } from './test-assets.ts';

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext();
});
afterAll(() => test_.close());
afterEach(() => {
  for (const id of ['APPLE', 'MSRC']) delete process.env[`FLEETMEND_FEED_${id}`];
});

async function load(id: 'apple' | 'msrc'): Promise<void> {
  process.env[`FLEETMEND_FEED_${id.toUpperCase()}`] = fileURLToPath(
    new URL(`../feeds/fixtures/${id}.json`, import.meta.url),
  );
  await syncFeed(test_.ctx, id);
}

async function open(asset: string): Promise<string[]> {
  await test_.ctx.db.transaction().execute((db) => rematch({ ...test_.ctx, db }));
  await test_.ctx.db.transaction().execute((db) => recomputeFindings({ ...test_.ctx, db }, [asset]));
  const found = await rows(
    test_.ctx.db,
    sql<{
      text: string;
    }>`SELECT vulnerability || ' ' || state || ' ' || coalesce(fixed_version, '') AS text FROM finding
      WHERE asset = ${asset} AND cleared_at IS NULL ORDER BY 1`,
  );
  return found.map(({ text }) => text);
}

const windows = (name: string, version: string) =>
  aSoftware(name, version, { ecosystem: 'windows', architecture: 'all' });
const OS = { os: { id: 'windows', version_id: '10', codename: '', name: 'Windows 10' } };

test('Windows is open to what neither its build nor an update that is there has ended', async () => {
  const asset = await enrol(test_.ctx, 'desk-01');
  const system = windows('Windows_10_Version_22H2_for_x64-based_Systems', '10.0.19045');
  await report(test_.ctx, asset, 'desk-01', { software: [system], updates: [], facts: OS });
  expect(await open(asset)).toEqual([]);
  await load('msrc');
  expect(await open(asset)).toEqual([
    'CVE-2026-0001 affected 10.0.19045.3930',
    'CVE-2026-0002 affected 10.0.19045.3803',
  ]);
  await report(test_.ctx, asset, 'desk-01', {
    software: [system, windows('KB5000002', '5000002')],
    updates: [],
    facts: OS,
  });
  expect(await open(asset)).toEqual(['CVE-2026-0001 affected 10.0.19045.3930']);
  await report(test_.ctx, asset, 'desk-01', {
    software: [system, windows('KB5000003', '5000003')],
    updates: [],
    facts: OS,
  });
  expect(await open(asset)).toEqual([]);
  const why = sql`SELECT DISTINCT cleared_because AS why FROM finding WHERE asset = ${asset}`;
  expect(await rows(test_.ctx.db, why)).toEqual([{ why: 'fixed' }]);
});

test('an update that brings no build which is told is named itself', async () => {
  const asset = await enrol(test_.ctx, 'desk-02');
  const system = windows('Windows_8.1_for_x64-based_systems', '6.3.9600');
  await report(test_.ctx, asset, 'desk-02', { software: [system], updates: [], facts: OS });
  expect(await open(asset)).toEqual(['CVE-2026-0001 affected KB5000013', 'CVE-2026-0002 affected KB5000012']);
});

test('macOS is held against the releases of its own line', async () => {
  await load('apple');
  const asset = await enrol(test_.ctx, 'mac-01');
  const macos = (version: string) => aSoftware('macOS', version, { ecosystem: 'macos', architecture: 'all' });
  const facts = { os: { id: 'macos', version_id: '15.8', codename: '', name: 'macOS 15.8' } };
  await report(test_.ctx, asset, 'mac-01', { software: [macos('15.8')], updates: [], facts });
  expect(await open(asset)).toEqual(['CVE-2026-0001 affected 15.8.1']);
  await report(test_.ctx, asset, 'mac-01', { software: [macos('26.1')], updates: [], facts });
  expect(await open(asset)).toEqual(['CVE-2026-0001 affected 26.2', 'CVE-2026-0002 affected 26.2']);
  await report(test_.ctx, asset, 'mac-01', { software: [macos('26.2')], updates: [], facts });
  expect(await open(asset)).toEqual([]);
});

test('feeds of both are read while such a machine is there', async () => {
  await chooseFeeds(test_.ctx);
  expect((await readFeedRow(test_.ctx.db, 'msrc')).wanted_because).toBe('2 machines run Windows 10');
  expect((await readFeedRow(test_.ctx.db, 'apple')).wanted_because).toBe('1 machine runs macOS 15.8');
});
