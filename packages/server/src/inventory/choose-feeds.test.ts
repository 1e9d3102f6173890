import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { readFreshness } from '../feeds/describe-feed.ts';
import { feedsJobs } from '../feeds/feed.jobs.ts';
import { rows } from '../platform/database.ts';
import { chooseFeeds } from './choose-feeds.ts';
import { insertAsset } from './inventory.store.ts';

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext();
});
afterAll(() => test_.close());
afterEach(() => {
  delete process.env['FLEETMEND_FEED_DEBIAN'];
});

async function aMachine(name: string, id: string, version_id: string): Promise<void> {
  await insertAsset(
    test_.ctx.db,
    { id: name, hostname: name, machine_id: name, key_id: name, spki: Buffer.alloc(0), labels: {} },
    test_.ctx.now,
  );
  const facts = JSON.stringify({ os: { id, version_id, codename: '', name: `${id} ${version_id}` } });
  await sql`UPDATE inventory_asset SET facts = ${facts}::jsonb WHERE id = ${name}`.execute(test_.ctx.db);
}

/** Asks the feeds' own job which of them it would load now. */
async function loaded(): Promise<string[]> {
  await feedsJobs['feeds.schedule']?.run(test_.ctx, {});
  const waiting = await rows(test_.ctx.db, sql<{ key: string }>`SELECT key FROM graphile_worker.jobs ORDER BY key`);
  await sql`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs`.execute(test_.ctx.db);
  return waiting
    .map(({ key }) => key.replace('feed:', ''))
    .filter((id) => !['kev', 'epss', 'cve', 'endoflife'].includes(id));
}

test('a feed of advisories is read while a machine runs what it speaks of, and counted in freshness only then', async () => {
  await chooseFeeds(test_.ctx);
  expect(await loaded()).toEqual([]);
  await aMachine('a', 'debian', '12');
  await aMachine('b', 'debian', '12');
  await aMachine('c', 'almalinux', '8.10');
  await chooseFeeds(test_.ctx);
  expect(await loaded()).toEqual(['almalinux', 'debian', 'debian-dsa']);
  const why = () =>
    rows(
      test_.ctx.db,
      sql`SELECT id, wanted_because AS why FROM feed_source WHERE wanted_because IS NOT NULL ORDER BY id`,
    );
  expect(await why()).toEqual([
    { id: 'almalinux', why: '1 machine runs almalinux 8.10' },
    { id: 'debian', why: '2 machines run debian 12' },
    { id: 'debian-dsa', why: '2 machines run debian 12' },
  ]);
  const relied = async () => (await readFreshness(test_.ctx)).map(({ id }) => id).sort();
  expect(await relied()).toEqual(['almalinux', 'cve', 'debian', 'debian-dsa', 'endoflife', 'epss', 'kev']);
  process.env['FLEETMEND_FEED_DEBIAN'] = 'off';
  expect(await loaded()).toEqual(['almalinux', 'debian-dsa']);
  await sql`UPDATE inventory_asset SET retired_at = now() WHERE id = 'c'`.execute(test_.ctx.db);
  await sql`INSERT INTO inventory_software (ecosystem, name, version, architecture, source, source_version)
    VALUES ('npm', 'left', '1', 'all', 'left', '1')`.execute(test_.ctx.db);
  await chooseFeeds(test_.ctx);
  expect(await loaded()).toEqual(['debian-dsa', 'ghsa']);
  expect(await relied()).toEqual(['cve', 'debian-dsa', 'endoflife', 'epss', 'ghsa', 'kev']);
});
