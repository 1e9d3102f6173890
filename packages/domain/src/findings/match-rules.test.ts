import { describe, expect, test } from 'vitest';
import { isDsaList, openDsaList } from '../advisories/read-dsa-list.ts';
import { readOsv } from '../advisories/read-osv.ts';
import { readRustsec } from '../advisories/read-rustsec.ts';
import { readSecdb } from '../advisories/read-secdb.ts';
import { isSuiteIndex, openSuiteIndex } from '../advisories/read-suite-index.ts';
import { readTrivy } from '../advisories/read-trivy.ts';
import type { AdvisoryRecord } from '../advisories/rule.ts';
import { emptyInventory, type Installed, installed } from '../inventory/installed.ts';
import { isOpen } from './match-finding.ts';
import { createMatcher } from './match-rules.ts';

function matched(
  os: [family: string, release: string] | null,
  packages: Installed[],
  records: AdvisoryRecord[] | null,
) {
  const system = os === null ? null : { family: os[0], release: os[1] };
  return (records ?? []).flatMap(({ rules }) => rules).flatMap(createMatcher({ ...emptyInventory(system), packages }));
}

function told(...given: Parameters<typeof matched>) {
  return matched(...given).map(({ advisory, package: name, fixed, state, rule }) => [
    advisory,
    name,
    fixed,
    state,
    rule,
  ]);
}

function osv(ecosystem: string, name: string, events: object[], more: object = {}) {
  const type = ecosystem === 'Go' ? 'SEMVER' : 'ECOSYSTEM';
  const affected = [{ package: { ecosystem, name }, ranges: [{ type, events }] }];
  return readOsv({ id: 'X-1', aliases: ['CVE-2026-0001'], affected, ...more });
}
const FIXED = [{ introduced: '0' }, { fixed: '1.2' }];

describe('OSV', () => {
  test('a binary package of a distribution, with the compared values', () => {
    const [finding] = matched(['almalinux', '8.9'], [installed('bash', '1.0')], osv('AlmaLinux:8', 'bash', FIXED));
    expect(finding).toMatchObject({ state: 'affected', vulnerabilities: ['CVE-2026-0001'], feed: 'osv' });
    expect(finding?.why).toBe('AlmaLinux:8 bash 1.0: < fixed 1.2');
  });

  test('another release, another package and another system say nothing', () => {
    expect(told(['almalinux', '9.1'], [installed('bash', '1.0')], osv('AlmaLinux:8', 'bash', FIXED))).toEqual([]);
    expect(told(['almalinux', '8.9'], [installed('zsh', '1.0')], osv('AlmaLinux:8', 'bash', FIXED))).toEqual([]);
    expect(told(null, [installed('bash', '1.0')], osv('AlmaLinux:8', 'bash', FIXED))).toEqual([]);
  });

  test('a module and the others are two lines of one package', () => {
    const rules = osv('AlmaLinux:8', 'npm', [{ introduced: '0' }, { fixed: '2-1.module_el8.6.0+1+a' }]);
    expect(told(['almalinux', '8'], [installed('npm', '1-1.el8')], rules)).toEqual([
      ['X-1', 'npm', '2-1.module_el8.6.0+1+a', 'not_affected', 'module'],
    ]);
    const modular = [installed('npm', '1-1.module_el8.5.0+1+b')];
    expect(told(['almalinux', '8'], modular, rules)[0]?.[3]).toBe('affected');
    expect(told(['almalinux', '8'], modular, osv('AlmaLinux:8', 'npm', FIXED))[0]?.[3]).toBe('not_affected');
  });

  test('Debian goes by the source and its version, once for all binaries', () => {
    const more = { source: 'openssl', source_version: '1.1' };
    const binaries = [installed('libssl3', '1.1+b1', more), installed('openssl', '1.1+b1', more)];
    expect(told(['debian', '12.4'], binaries, osv('Debian:12', 'openssl', FIXED))).toEqual([
      ['X-1', 'openssl', '1.2', 'affected', 'range'],
    ]);
  });

  test.each([
    ['PyPI', 'Foo.Bar_baz', 'foo-bar-baz', '1.1rc1', 'affected'],
    ['PyPI', 'foo', 'foo', 'no version', 'unknown'],
    ['Go', 'example.org/a', 'example.org/a', 'v1.1.9', 'affected'],
    ['Go', 'example.org/a', 'example.org/a', 'v1.2.0', 'not_affected'],
    ['Bitnami', 'a', 'a', '1.0', 'unknown'],
  ])('%s %s of %s %s is %s', (ecosystem, name, own, version, state) => {
    expect(told(null, [installed(own, version, { ecosystem })], osv(ecosystem, name, FIXED))[0]?.[3]).toBe(state);
  });

  test('a language package is no package of the system, nor the other way round', () => {
    expect(told(['debian', '12'], [installed('flask', '1.0')], osv('PyPI', 'flask', FIXED))).toEqual([]);
    expect(
      told(['debian', '12'], [installed('flask', '1', { ecosystem: 'PyPI' })], osv('Debian:12', 'flask', FIXED)),
    ).toEqual([]);
  });

  test('withdrawn is a state of its own and is not open', () => {
    const rules = osv('PyPI', 'a', FIXED, { withdrawn: '2026-01-01T00:00:00Z' });
    const [finding] = matched(null, [installed('a', '1.0', { ecosystem: 'PyPI' })], rules);
    expect(finding?.state).toBe('withdrawn');
    expect(finding && isOpen(finding)).toBe(false);
  });

  test('unfixed, and bounded by the last version affected', () => {
    const a = [installed('a', '1.0', { ecosystem: 'PyPI' })];
    expect(told(null, a, osv('PyPI', 'a', [{ introduced: '0' }]))[0]?.[3]).toBe('unfixed');
    expect(told(null, a, osv('PyPI', 'a', [{ introduced: '0' }, { last_affected: '1.0' }]))[0]?.[3]).toBe('affected');
    const listed = readOsv({ id: 'X', affected: [{ package: { ecosystem: 'PyPI', name: 'a' }, versions: ['1.0.0'] }] });
    expect(told(null, a, listed)[0]?.[4]).toBe('version_list');
  });

  test('names like those of objects are names', () => {
    const rules = osv('PyPI', '__proto__', FIXED);
    expect(told(null, [installed('__proto__', '1.0', { ecosystem: 'PyPI' })], rules)[0]?.[3]).toBe('affected');
  });
});

describe('Trivy', () => {
  const path = (platform: string, name: string) => ({ path: [platform, name], id: 'CVE-2026-1' });

  test('all binaries of a source, and no fix is a finding', () => {
    const own = { source: 'curl', source_version: '1.0' };
    const binaries = [installed('curl', '1.0', own), installed('curl-libs', '1.0', own)];
    expect(told(['photon', '3.0'], binaries, readTrivy(path('Photon OS 3.0', 'curl')))).toEqual([
      ['CVE-2026-1', 'curl', null, 'unfixed', 'range'],
      ['CVE-2026-1', 'curl-libs', null, 'unfixed', 'range'],
    ]);
  });

  test('Red Hat: only the repositories of the release, each vulnerability, and why there is no fix', () => {
    const entry = { Affected: [857, 999], Status: 5, Cves: [{ Severity: 1 }] };
    const rules = readTrivy({ ...path('Red Hat', 'bash'), Entries: [entry, { ...entry, Affected: [869] }] });
    expect(told(['centos', '6.10'], [installed('bash', '1-1')], rules)).toEqual([
      ['CVE-2026-1', 'bash', null, 'will_not_fix', 'range'],
    ]);
    expect(readTrivy({ ...path('Red Hat', 'bash'), Entries: [{ ...entry, Status: 1 }] })).toEqual([]);
  });

  test('an entry for other architectures is passed over', () => {
    const rules = readTrivy({ ...path('Oracle Linux 8', 'a'), Entries: [{ FixedVersion: '2', Arches: ['aarch64'] }] });
    expect(told(['oracle', '8.0'], [installed('a', '1', { architecture: 'x86_64' })], rules)).toEqual([]);
    expect(told(['oracle', '8.0'], [installed('a', '1', { architecture: 'aarch64' })], rules)).toHaveLength(1);
  });

  test('a module is named with its stream', () => {
    const rules = readTrivy({ ...path('rocky 8', 'nodejs:12::npm'), FixedVersion: '2-1.module+el8' });
    const npm = installed('npm', '1-1.module+el8', { module: 'nodejs:12:8030020:229f' });
    expect(told(['rocky', '8.5'], [npm], rules)).toHaveLength(1);
    expect(told(['rocky', '8.5'], [{ ...npm, module: 'nodejs:14:1:2' }], rules)).toEqual([]);
  });
});

test('a list of Debian’s tracker: only lines with a version, only the own release', () => {
  const lines = [
    '[01 Jan 2026] DSA-1-1 bash - security update',
    '\t{CVE-2026-1 CVE-2026-2}',
    '\t[bookworm] - bash 2',
    '\t[trixie] - bash <not-affected>',
    '\tNOTE: nothing',
  ];
  expect(lines.map(isDsaList)).toEqual([true, false, false, false, false]);
  const rules = lines.flatMap(openDsaList().take);
  expect(rules).toHaveLength(1);
  const [finding] = matched(['debian', '12'], [installed('bash', '1')], rules);
  expect(finding).toMatchObject({ advisory: 'DSA-1-1', vulnerabilities: ['CVE-2026-1', 'CVE-2026-2'], fixed: '2' });
  expect(told(['debian', '13'], [installed('bash', '1')], rules)).toEqual([]);
});

test('an index of suites: the highest version of a security suite', () => {
  const lines = [
    'suite\tpackage\tversion\tarch',
    'bookworm-security\tc\tno version',
    'bookworm-security\ta\t9',
    'bookworm-security\ta\t10',
    'bookworm-security\ta\t2',
    'bookworm-updates\tb\t5',
  ];
  expect(lines.map(isSuiteIndex)).toEqual([true, false, false, false, false, false]);
  const index = openSuiteIndex();
  expect(lines.flatMap(index.take)).toEqual([]);
  const rules = index.end();
  expect(told(['debian', '12'], [installed('a', '9.1'), installed('b', '1')], rules)).toEqual([
    ['bookworm-security', 'a', '10', 'affected', 'range'],
  ]);
});

test('Alpine’s secdb: what the package never had is told as such', () => {
  const packages = [{ pkg: { name: 'a', secfixes: { '0': ['CVE-2026-9'], '1.2-r1': ['CVE-2026-1 XSA-1'] } } }];
  const rules = readSecdb({ distroversion: 'v3.10', packages });
  expect(
    told(['alpine', '3.10.2'], [installed('a-libs', '1.2-r0', { source: 'a', source_version: '1.2-r0' })], rules),
  ).toEqual([
    ['CVE-2026-9', 'a-libs', null, 'not_affected', 'range'],
    ['CVE-2026-1', 'a-libs', '1.2-r1', 'affected', 'range'],
  ]);
  expect(readSecdb({ packages })).toBeNull();
});

describe('RustSec', () => {
  const crate = (version: string) => [installed('a', version, { ecosystem: 'crates.io' })];
  const read = (patched: string[], unaffected: string[] = []) =>
    readRustsec({
      advisory: { id: 'RUSTSEC-1', package: 'a', aliases: ['CVE-2026-1', 'GHSA-x'] },
      versions: { patched, unaffected },
    });

  test.each([
    ['0.9.9', ['>= 0.10.3'], ['< 0.10.0'], 'not_affected'],
    ['0.10.2', ['>= 0.10.3'], ['< 0.10.0'], 'affected'],
    ['0.10.3', ['>= 0.10.3'], ['< 0.10.0'], 'not_affected'],
    ['1.0.0', [], [], 'unfixed'],
    ['1.1.4', ['^1.1.4', '>= 1.2.3'], [], 'not_affected'],
    ['1.2.0', ['^1.1.4', '>= 1.2.3'], [], 'not_affected'],
    ['2.0.0', ['^1.1.4', '>= 2.0.1'], [], 'affected'],
    ['0.10.0', ['>= 0.9.0', '^0.9.5'], [], 'not_affected'],
    ['0.3.5', ['~0.3.5', '>0.4.1'], [], 'not_affected'],
    ['0.4.1', ['~0.3.5', '>0.4.1'], [], 'affected'],
    ['1.0.1', ['= 1.0.1, < 3'], [], 'not_affected'],
    ['1.0.2', ['= 1.0.1'], [], 'unfixed'],
  ])('%s with patched %j and unaffected %j is %s', (version, patched, unaffected, state) => {
    expect(told(null, crate(version), read(patched, unaffected))[0]?.[3]).toBe(state);
  });

  test('says nothing where a requirement cannot be read', () => {
    expect(read(['everything'])?.map(({ rules }) => rules)).toEqual([[]]);
    expect(readRustsec({ id: 'x' })).toBeNull();
  });
});
