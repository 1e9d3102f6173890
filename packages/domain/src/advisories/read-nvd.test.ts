import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { createMatcher } from '../findings/match-rules.ts';
import { preferSources } from '../findings/prefer-sources.ts';
import { emptyInventory, installed } from '../inventory/installed.ts';
import { parseCpe } from './parse-cpe.ts';
import { readNvd } from './read-nvd.ts';
import { readOsv } from './read-osv.ts';

const ID = 'CVE-2026-0001';

function nvd(matches: object[], more: object = {}) {
  const cpeMatch = matches.map((each) => ({
    vulnerable: true,
    criteria: 'cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*',
    ...each,
  }));
  const configurations = [{ nodes: [{ operator: 'OR', negate: false, cpeMatch }] }];
  return readNvd({
    cve: { id: ID, vulnStatus: 'Analyzed', published: '2026-01-01T10:15:00.000', configurations, ...more },
  });
}

function told(records: ReturnType<typeof nvd>, version: string, more: object = {}) {
  const cpe = `cpe:2.3:a:openssl:openssl:${version}:*:*:*:*:*:*:*`;
  const match = createMatcher({
    ...emptyInventory(null),
    packages: [installed('openssl', version, { ecosystem: 'generic', cpe, ...more })],
  });
  return (records ?? []).flatMap(({ rules }) => rules.flatMap(match)).map(({ fixed, state }) => [state, fixed]);
}

describe('NVD', () => {
  const RANGE = { versionStartIncluding: '1.1.0', versionEndExcluding: '1.1.1l' };

  test.each([
    ['1.0.2u', 'not_affected', null],
    ['1.1.0', 'affected', '1.1.1l'],
    ['1.1.1k', 'affected', '1.1.1l'],
    ['1.1.1l', 'not_affected', null],
    ['3.0.1', 'affected', null],
    ['3.0.2', 'not_affected', null],
    ['3.1.0rc1', 'unfixed', null],
    ['3.1.0', 'not_affected', null],
  ])('%s is %s', (version, state, fixed) => {
    const records = nvd([
      RANGE,
      { versionStartIncluding: '3.0', versionEndIncluding: '3.0.1' },
      { criteria: 'cpe:2.3:a:openssl:openssl:3.1.0:rc1:*:*:*:*:*:*' },
    ]);
    const isBounded = state === 'unfixed' ? 'affected' : state;
    expect(told(records, version)).toEqual([[isBounded, fixed]]);
  });

  test('what is not vulnerable, a system, or negated is no rule', () => {
    const others = [
      { vulnerable: false },
      { criteria: 'cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*' },
      { criteria: 'cpe:2.3:a:x:y:-:*:*:*:*:*:*:*' },
    ];
    expect(nvd(others)?.[0]?.rules).toEqual([]);
    const nodes = [{ negate: true, cpeMatch: [{ vulnerable: true, criteria: 'cpe:2.3:a:x:y:*:*:*:*:*:*:*:*' }] }];
    expect(nvd([], { configurations: [{ nodes }] })?.[0]?.rules).toEqual([]);
  });

  test('a rejected vulnerability is withdrawn; times are of UTC; vectors of all versions are kept', () => {
    const metric = (vectorString: string) => [{ cvssData: { vectorString } }];
    const metrics = {
      cvssMetricV31: metric('CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N'),
      cvssMetricV2: metric('AV:N/AC:L/Au:N/C:P/I:P/A:P'),
    };
    const [record] = nvd([RANGE], { vulnStatus: 'Rejected', metrics, cisaExploitAdd: '2026-01-02' }) ?? [];
    expect(record?.advisory).toMatchObject({ withdrawn: '2026-01-01T10:15:00.000Z', is_exploited: true });
    expect(record?.advisory.vectors.map(({ type }) => type)).toEqual(['CVSS_V3', 'CVSS_V2']);
    expect(told(nvd([RANGE], { vulnStatus: 'Rejected' }), '1.1.1k')).toEqual([['withdrawn', null]]);
  });

  test('is nothing else', () => {
    expect(readNvd({})).toBeNull();
    expect(readNvd({ cve: { id: ID } })).toBeNull();
  });

  test('never decides about a package of the system, and says who does', () => {
    const match = createMatcher({
      ...emptyInventory({ family: 'debian', release: '12' }),
      packages: [installed('openssl', '1.1.1k-1+deb12u3', { cpe: 'cpe:2.3:a:openssl:openssl:1.1.1k:*:*:*:*:*:*:*' })],
    });
    const [finding] = (nvd([RANGE]) ?? []).flatMap(({ rules }) => rules.flatMap(match));
    expect(finding).toMatchObject({ state: 'not_affected', rule: 'other_source', fixed: null });
    expect(finding?.why).toContain('whose own advisories decide');
  });

  test('gives way to a source that knows the package', () => {
    const cpe = 'cpe:2.3:a:palletsprojects:jinja:2.10:*:*:*:*:*:*:*';
    const match = createMatcher({
      ...emptyInventory(null),
      packages: [installed('jinja2', '2.10', { ecosystem: 'PyPI', cpe })],
    });
    const own =
      nvd([{ criteria: 'cpe:2.3:a:palletsprojects:jinja:*:*:*:*:*:*:*:*', versionEndExcluding: '2.11' }]) ?? [];
    const affected = [
      {
        package: { ecosystem: 'PyPI', name: 'jinja2' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.10' }] }],
      },
    ];
    const osv = readOsv({ id: 'PYSEC-1', aliases: [ID], affected }) ?? [];
    const states = (records: typeof own) =>
      preferSources(records.flatMap(({ rules }) => rules.flatMap(match))).map(
        ({ feed, state, rule }) => `${feed} ${state} ${rule}`,
      );
    expect(states(own)).toEqual(['nvd affected range']);
    expect(states([...own, ...osv])).toEqual(['nvd not_affected other_source', 'osv not_affected range']);
  });
});

test.each([
  [
    'cpe:2.3:a:vendor:pro\\:duct:1.0:rc1:*:*:*:*:*:*',
    { part: 'a', vendor: 'vendor', product: 'pro:duct', version: '1.0', update: 'rc1' },
  ],
  [
    'cpe:/a:openssl:openssl:1.1.1k',
    { part: 'a', vendor: 'openssl', product: 'openssl', version: '1.1.1k', update: '*' },
  ],
  ['cpe:/o:debian:debian_linux', { part: 'o', vendor: 'debian', product: 'debian_linux', version: '*', update: '*' }],
  ['cpe:2.3:x:a:b', null],
  ['cpe:2.3:a', null],
  ['pkg:npm/a@1', null],
  ['', null],
])('CPE %s', (text, expected) => expect(parseCpe(text)).toEqual(expected));

const archive = fileURLToPath(
  new URL('../../../../../shared/data/advisory_format_samples/vunnel_provider_fixtures.tar.gz', import.meta.url),
);
const folder = existsSync(archive) ? mkdtempSync(join(tmpdir(), 'fleetmend-nvd-')) : null;
afterAll(() => folder !== null && rmSync(folder, { recursive: true }));

test.skipIf(folder === null)('real records (skipped when ../shared/data is not there)', () => {
  if (folder === null) return;
  execFileSync('tar', ['-xzf', archive, '-C', folder]);
  const files = readdirSync(join(folder, 'nvd/snapshots/full-page'), { recursive: true, withFileTypes: true }).filter(
    (each) => each.isFile(),
  );
  const start = performance.now();
  const texts = files.map((each) => readFileSync(join(each.parentPath, each.name), 'utf8'));
  const records = texts.flatMap((text) => readNvd(JSON.parse(text).item) ?? []);
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const rules = records.flatMap((each) => each.rules).length;
  console.info(
    `NVD: ${bytes} bytes, ${records.length} vulnerabilities, ${rules} rules, ${Math.round(performance.now() - start)} ms`,
  );
  expect(records.length).toBe(files.length);
  const single = JSON.parse(readFileSync(join(folder, 'nvd/single-entry.json'), 'utf8'));
  expect(readNvd(single)?.[0]?.rules.map(({ affected }) => affected.package)).toEqual([
    'themeisle:wp_maintenance_mode_&_coming_soon',
  ]);
});
