import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AdvisoryRecord } from '@fleetmend/domain/advisories/rule.ts';
import { afterAll, describe, expect, test } from 'vitest';
import { FEED_LIMITS } from './feed-limits.ts';
import { openFeed, parseFiles } from './open-feed.ts';
import { type AdvisoryFeedId, advisoryFeeds } from './registry.ts';

/** What publishers have really written (../shared/data); not part of the repository. */
const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const folder = existsSync(data) ? mkdtempSync(join(tmpdir(), 'fleetmend-feeds-')) : null;
afterAll(() => folder !== null && rmSync(folder, { recursive: true }));

async function read(id: AdvisoryFeedId, path: string): Promise<AdvisoryRecord[]> {
  const { files, close } = await openFeed(path, FEED_LIMITS);
  const found: AdvisoryRecord[] = [];
  const parse = advisoryFeeds[id].parse;
  for await (const records of parseFiles(files, (bytes) => parse(bytes, () => undefined), FEED_LIMITS))
    for (const record of records) found.push(record);
  await close();
  return found;
}

test.skipIf(folder !== null)('the feeds of ../shared/data are not there: nothing was read', () => {
  console.warn('../shared/data is not there: no real feed was read');
});

describe.skipIf(folder === null)('real feeds (skipped when ../shared/data is not there)', () => {
  test.each<[AdvisoryFeedId, string, { records: number; ids: number; rules: number }]>([
    ['almalinux', 'advisories/almalinux_osv.ndjson.gz', { records: 5680, ids: 5637, rules: 71_329 }],
    ['go', 'advisories/go_osv.ndjson.gz', { records: 4291, ids: 4291, rules: 6125 }],
    ['pypi', 'advisories/pypi_osv.ndjson.gz', { records: 2661, ids: 2661, rules: 2661 }],
    ['rustsec', 'advisories/rustsec_native.ndjson.gz', { records: 1205, ids: 1205, rules: 1205 }],
    ['alpine', 'alpine', { records: 12_013, ids: 2470, rules: 12_013 }],
    ['apple', 'apple/sofa-v2-macos_data_feed.json.gz', { records: 2713, ids: 2713, rules: 6023 }],
    ['debian-dsa', 'debian/security-tracker-DSA-list.txt.gz', { records: 6926, ids: 5377, rules: 6926 }],
    ['debian-dsa', 'debian/security-tracker-DLA-list.txt.gz', { records: 3534, ids: 3529, rules: 3534 }],
  ])('%s of %s', async (id, path, counts) => {
    const started = performance.now();
    const found = await read(id, join(data, path));
    const rules = found.flatMap((each) => each.rules);
    const told = {
      records: found.length,
      ids: new Set(found.map(({ advisory }) => advisory.id)).size,
      rules: rules.length,
    };
    console.info(`${id}: ${JSON.stringify(told)} in ${Math.round(performance.now() - started)} ms`);
    expect(told).toEqual(counts);
    expect(rules.every(({ affected }) => affected.ecosystem !== '' && affected.package !== '')).toBe(true);
  });

  test('samples of publishers whose whole feed is not there', async () => {
    if (folder === null) return;
    execFileSync('tar', ['-xzf', join(data, 'advisory_format_samples/vunnel_provider_fixtures.tar.gz'), '-C', folder]);
    // Records, rules, and how many different states without a fix they name.
    const told: Record<string, number[]> = {};
    for (const [id, path] of [
      ['almalinux', 'alma/osv-database'],
      ['rocky', 'rocky/osv'],
      ['ubuntu', 'ubuntu/osv'],
      ['ubuntu', 'ubuntu/osv-esm-cases'],
      ['go', 'govulndb/vulndb'],
      ['debian', 'debian/input/debian.json'],
      ['redhat', 'rhel/csaf/advisories'],
    ] as const) {
      const found = await read(id, join(folder, path));
      const rules = found.flatMap((each) => each.rules);
      told[path] = [found.length, rules.length, new Set(rules.map(({ unfixed }) => unfixed)).size];
    }
    expect(told).toEqual({
      'alma/osv-database': [5, 23, 1],
      'rocky/osv': [3, 5, 1],
      'ubuntu/osv': [6, 40, 1],
      'ubuntu/osv-esm-cases': [3, 11, 1],
      'govulndb/vulndb': [2, 2, 1],
      'debian/input/debian.json': [7, 25, 3],
      'rhel/csaf/advisories': [9, 114, 2],
    });
  });
});
