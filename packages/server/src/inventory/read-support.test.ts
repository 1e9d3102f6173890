import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncFeed } from '../advisories/load-feed.ts';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { readSupport } from './read-support.ts';

let test_: TestContext;
beforeAll(async () => {
  test_ = await openTestContext();
});
afterAll(() => test_.close());

function asset(id: string, version_id: string) {
  return { facts: { os: { id, version_id, codename: '', name: '' } } } as Parameters<
    Awaited<ReturnType<typeof readSupport>>
  >[0];
}

test('an asset’s system is mended until the day that endoflife.date tells; before it is loaded that is not known', async () => {
  const assets = [asset('debian', '9'), asset('debian', '13'), asset('plan9', '4')];
  const before = await readSupport(test_.ctx, assets);
  expect(assets.map(before)).toEqual([null, null, null]);
  process.env['FLEETMEND_FEED_ENDOFLIFE'] = fileURLToPath(new URL('../feeds/fixtures/endoflife.json', import.meta.url));
  await syncFeed(test_.ctx, 'endoflife');
  delete process.env['FLEETMEND_FEED_ENDOFLIFE'];
  const after = await readSupport(test_.ctx, assets);
  expect(assets.map(after)).toEqual([
    { product: 'debian', cycle: '9', state: 'ended', ends_on: '2020-07-18', extended_until: '2022-07-01' },
    { product: 'debian', cycle: '13', state: 'supported', ends_on: '2028-08-09', extended_until: '2030-06-30' },
    null,
  ]);
  expect(after({ facts: null } as (typeof assets)[number])).toBeNull();
});
