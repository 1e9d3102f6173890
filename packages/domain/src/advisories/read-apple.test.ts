import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createMatcher } from '../findings/match-rules.ts';
import { emptyInventory, installed } from '../inventory/installed.ts';
import { readAppleCve } from './read-apple-cve.ts';
import { readSofa } from './read-sofa.ts';
import type { AdvisoryRecord } from './rule.ts';

function release(version: string, date: string, cves: string[], more: object = {}) {
  const CVEs = Object.fromEntries(cves.map((id) => [id, {}]));
  return {
    UpdateName: `macOS ${version}`,
    ProductName: 'macOS',
    ProductVersion: version,
    ReleaseDate: `${date}T00:00:00Z`,
    CVEs,
    ...more,
  };
}

const A = 'CVE-2026-0001';
const MACOS = {
  UpdateHash: 'x',
  OSVersions: [
    {
      OSVersion: 'Sequoia 15',
      SecurityReleases: [release('15.7', '2026-03-01', []), release('15.6.1', '2026-02-01', [A])],
    },
    {
      OSVersion: 'Tahoe 26',
      SecurityReleases: [
        release('26.2', '2026-03-01', []),
        release('26.1', '2026-02-01', [A], { ActivelyExploitedCVEs: [A] }),
      ],
    },
    { OSVersion: 'Ventura 13', SecurityReleases: [release('13.7', '2025-09-01', [])] },
    {
      OSVersion: 'Sonoma 14',
      SecurityReleases: [release('14.8', '2026-02-01', [A]), release('14.7', '2026-01-01', [])],
    },
  ],
};

function told(
  release: string,
  records: AdvisoryRecord[] | null,
  family = 'macos',
  packages = [installed('Safari', '18.5')],
) {
  const match = createMatcher({ ...emptyInventory({ family, release }), packages });
  const found = (records ?? []).flatMap(({ rules }) => rules.flatMap(match));
  return found.map(({ package: name, fixed, state }) => `${name} ${fixed} ${state}`);
}

describe('SOFA', () => {
  test.each([
    ['26.0', ['macOS 26.1 affected']],
    ['26.1', ['macOS null not_affected']],
    ['15.6', ['macOS 15.6.1 affected']],
    ['15.7', ['macOS null not_affected']],
    ['14.7', ['macOS 14.8 affected']],
    // No longer updated when the fix came out, and the line above it was affected.
    ['13.7', ['macOS null end_of_life']],
    ['12.7', []],
  ])('macOS %s: %j', (version, expected) => expect(told(version, readSofa(MACOS))).toEqual(expected));

  test('a line that is not updated any more is not said to lack a fix that the line above it never needed', () => {
    const [sequoia, tahoe, ventura] = MACOS.OSVersions;
    const sonoma = { OSVersion: 'Sonoma 14', SecurityReleases: [release('14.8', '2026-02-01', [])] };
    expect(told('13.7', readSofa({ ...MACOS, OSVersions: [sequoia, tahoe, ventura, sonoma] }))).toEqual([]);
  });

  test('says what is exploited, and how bad it is', () => {
    const cves = { [A]: { Severity: 'High' } };
    const OSVersions = [
      { SecurityReleases: [release('26.1', '2026-02-01', [], { CVEs: cves, ActivelyExploitedCVEs: [A] })] },
    ];
    const [record] = readSofa({ UpdateHash: 'x', OSVersions }) ?? [];
    expect(record?.advisory).toMatchObject({
      id: A,
      severity: 'high',
      is_exploited: true,
      published: '2026-02-01T00:00:00.000Z',
    });
  });

  test('an app has one line, and iOS shares its updates with iPadOS', () => {
    const app = (version: string) =>
      release(version, '2026-02-01', [A], { UpdateName: `Safari ${version}`, ProductName: 'Safari' });
    const safari = readSofa({
      UpdateHash: 'x',
      AppVersions: [{ SecurityReleases: [app('26.1')] }, { SecurityReleases: [app('18.6')] }],
    });
    expect(told('15.5', safari)).toEqual(['Safari 18.6 affected']);
    const both = release('18.2', '2026-02-01', [A], {
      UpdateName: 'iOS 18.2 and iPadOS 18.2',
      ProductName: 'iOS and iPadOS',
    });
    const one = release('17.7', '2026-02-01', [A], { UpdateName: 'iPadOS 17.7', ProductName: 'iOS and iPadOS' });
    const ios = readSofa({ UpdateHash: 'x', OSVersions: [{ SecurityReleases: [both] }, { SecurityReleases: [one] }] });
    expect(told('18.1', ios, 'ios')).toEqual(['iOS 18.2 affected']);
    expect(told('18.1', ios, 'ipados')).toEqual(['iPadOS 18.2 affected']);
    expect(told('17.6', ios, 'ios')).toEqual([]);
    expect(told('17.6', ios, 'ipados')).toEqual(['iPadOS 17.7 affected']);
  });

  test('refuses what is no feed of SOFA, and passes over releases without a version or a time', () => {
    for (const other of [
      {},
      { UpdateHash: 'x' },
      { OSVersions: MACOS.OSVersions },
      { UpdateHash: 'x', OSVersions: [{ SecurityReleases: [{ ReleaseDate: 'soon', ProductVersion: '1' }] }] },
    ])
      expect(readSofa(other)).toBeNull();
  });
});

describe('one vulnerability of SOFA', () => {
  const record = {
    cve_id: A,
    os_versions_with_fix: ['macOS 10.15.6', 'macOS 11.6', 'macOS 11.5', 'iOS 14.8', 'other 1'],
    app_versions_with_fix: ['Safari 18.6', 'iCloud 12'],
    is_actively_exploited: true,
    first_fix_date: '2023-11-02',
  };

  test.each([
    ['macos', '10.15.5', ['Safari 18.6 affected', 'macOS 10.15.6 affected']],
    ['macos', '11.2', ['Safari 18.6 affected', 'macOS 11.5 affected']],
    ['macos', '12.0', ['Safari 18.6 affected']],
    ['ipados', '14.7', ['iPadOS 14.8 affected']],
  ])('%s %s: %j', (family, version, expected) =>
    expect(told(version, readAppleCve(record), family).sort()).toEqual(expected),
  );

  test('is nothing else', () => {
    expect(readAppleCve({ _metadata: {} })).toBeNull();
    expect(readAppleCve(record)?.[0]?.advisory).toMatchObject({
      is_exploited: true,
      published: '2023-11-02T00:00:00.000Z',
    });
  });
});

const folder = fileURLToPath(new URL('../../../../../shared/data/apple/', import.meta.url));
const samples = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('sofa-')) : [];

test.skipIf(samples.length > 0)('the feeds of ../shared/data/apple are not there: none was read', () => {});

test.each(samples)('%s', (name) => {
  const text = gunzipSync(readFileSync(`${folder}${name}`)).toString('utf8');
  const start = performance.now();
  const records = readSofa(JSON.parse(text)) ?? [];
  const rules = records.flatMap((each) => each.rules);
  console.info(
    `${name}: ${text.length} bytes, ${records.length} vulnerabilities, ${rules.length} rules, ${Math.round(performance.now() - start)} ms`,
  );
  expect(records.length).toBeGreaterThan(200);
  expect(records.some(({ advisory }) => advisory.is_exploited)).toBe(true);
});

test.skipIf(samples.length === 0)(
  'apple_cves_with_context.ndjson.gz agrees with the feed of macOS where both name a line',
  () => {
    const read = (name: string) => gunzipSync(readFileSync(`${folder}${name}`)).toString('utf8');
    const lines = read('apple_cves_with_context.ndjson.gz').trim().split('\n');
    const all = lines.flatMap((line) => readAppleCve(JSON.parse(line)) ?? []);
    const fixes = (records: AdvisoryRecord[]) =>
      new Map(
        records.flatMap(({ rules }) =>
          rules.map((rule) => [
            `${rule.advisory.id} ${rule.affected.ecosystem}`,
            rule.affected.ranges[0]?.events[1]?.fixed,
          ]),
        ),
      );
    const [own, other] = [fixes(readSofa(JSON.parse(read('sofa-v2-macos_data_feed.json.gz'))) ?? []), fixes(all)];
    const both = [...own].filter(([key, fixed]) => fixed !== undefined && other.has(key));
    const same = both.filter(([key, fixed]) => other.get(key) === fixed);
    console.info(
      `apple_cves_with_context: ${lines.length} lines, ${all.length} vulnerabilities; ${same.length} of ${both.length} fixes of macOS as its feed has them`,
    );
    expect(same.length / both.length).toBeGreaterThan(0.95);
  },
);
