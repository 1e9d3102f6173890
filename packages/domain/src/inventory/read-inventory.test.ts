import { describe, expect, test } from 'vitest';
import { parsePurl, writePurl } from '../advisories/parse-purl.ts';
import { installed } from './installed.ts';
import { readApkInstalled, readApkList } from './read-apk-installed.ts';
import { readDpkgStatus } from './read-dpkg-status.ts';
import { readInventoryJson } from './read-inventory-json.ts';
import { readPurl } from './read-purl.ts';
import { readRpmList } from './read-rpm-list.ts';

describe('dpkg status', () => {
  const paragraph = (name: string, version: string, more = 'Status: install ok installed') =>
    `Package: ${name}\n${more}\nArchitecture: amd64\nVersion: ${version}\nDescription: a\n Package: not one\n`;

  test('what is installed, with its source, and the release', () => {
    const text = [
      paragraph('base-files', '12.4+deb12u9'),
      paragraph('libssl3', '3.0-1+b1', 'Status: install ok half-configured\nSource: openssl (3.0-1)'),
      paragraph('gone', '1', 'Status: deinstall ok config-files'),
    ].join('\n');
    const { os, packages } = readDpkgStatus(text);
    expect(os).toEqual({ family: 'debian', release: '12' });
    expect(packages.map(({ name, source, source_version }) => [name, source, source_version])).toEqual([
      ['base-files', 'base-files', '12.4+deb12u9'],
      ['libssl3', 'openssl', '3.0-1'],
    ]);
  });

  test.each([
    ['12ubuntu4.6', { family: 'ubuntu', release: '22.04' }],
    ['13ubuntu10', { family: 'ubuntu', release: '24.04' }],
    ['13ubuntu2', null],
    ['12kali1', null],
  ])('the release by base-files %s', (version, os) => {
    expect(readDpkgStatus(paragraph('base-files', version)).os).toEqual(os);
  });
});

test('apk installed', () => {
  const { os, packages } = readApkInstalled(
    'C:Q1\nP:libcrypto3\nV:3.1.4-r5\nA:x86_64\no:openssl\n\nP:alpine-release\nV:3.18.4-r0\n\nV:1\n',
  );
  expect(os).toEqual({ family: 'alpine', release: '3.18.4' });
  expect(packages.map(({ name, source }) => [name, source])).toEqual([
    ['libcrypto3', 'openssl'],
    ['alpine-release', 'alpine-release'],
  ]);
});

test('apk list --installed, and nothing else', () => {
  const line = 'libcrypto3-3.1.4-r5 x86_64 {openssl} (Apache-2.0) [installed]';
  expect(readApkList(`WARNING: no index\n${line}\n`)?.packages[0]).toMatchObject({
    name: 'libcrypto3',
    version: '3.1.4-r5',
    source: 'openssl',
  });
  expect(readApkList(`${line}\nhello\n`)).toBeNull();
});

describe('rpm -qa', () => {
  test('a line without an end is answered at once, as in a list of apk', () => {
    const began = performance.now();
    expect(readRpmList(`bash-4.4-1${'.x86_64'.repeat(100_000)}.`)).toBeNull();
    expect(readApkList('1-'.repeat(100_000))).toBeNull();
    expect(performance.now() - began).toBeLessThan(500);
  });

  test('names, with and without an architecture, or columns with epoch, source and module', () => {
    const read = readRpmList(
      [
        'bash-4.4.20-4.el8_6.x86_64',
        'gpg-pubkey-1-2',
        'kernel-tools-4.18.0-1.el8',
        'npm 1 6.14 1.module+el8 x86_64 nodejs-12-1.src.rpm nodejs:12:8030020201124152102:229f0a1c',
        'almalinux-release-8.9-1.el8.x86_64',
      ].join('\n'),
    );
    expect(read?.os).toEqual({ family: 'almalinux', release: '8.9' });
    expect(
      read?.packages.map(({ name, version, architecture, source }) => [name, version, architecture, source]),
    ).toEqual([
      ['bash', '4.4.20-4.el8_6', 'x86_64', 'bash'],
      ['kernel-tools', '4.18.0-1.el8', '', 'kernel-tools'],
      ['npm', '1:6.14-1.module+el8', 'x86_64', 'nodejs'],
      ['almalinux-release', '8.9-1.el8', 'x86_64', 'almalinux-release'],
    ]);
  });

  test.each([
    ['bash-4.4.20-4.el8_6.x86_64', '4.4.20-4.el8_6', 'x86_64'],
    ['bash-4.4.20-4.el8_6', '4.4.20-4.el8_6', ''],
    ['bash-0:4.4.20-4.el8_6.x86_64', '4.4.20-4.el8_6', 'x86_64'],
    ['bash-(none):4.4.20-4.el8_6.x86_64', '4.4.20-4.el8_6', 'x86_64'],
    ['2:bash-4.4.20-4.el8_6.x86_64', '2:4.4.20-4.el8_6', 'x86_64'],
    ['bash-4.4.20-4.el8_6.x86_64.rpm', '4.4.20-4.el8_6', 'x86_64'],
    ['bash 4.4.20-4.el8_6', '4.4.20-4.el8_6', ''],
    ['bash 4.4.20-4.el8_6 x86_64', '4.4.20-4.el8_6', 'x86_64'],
    ['bash\t2:4.4.20-4.el8_6\tx86_64', '2:4.4.20-4.el8_6', 'x86_64'],
    ['bash x86_64 4.4.20-4.el8_6', '4.4.20-4.el8_6', 'x86_64'],
    ['bash 4.4.20 4.el8_6 x86_64', '4.4.20-4.el8_6', 'x86_64'],
    ['bash 5 10 x86_64 AlmaLinux', '5-10', 'x86_64'],
    ['bash (none) 4.4.20 4.el8_6', '4.4.20-4.el8_6', ''],
    ['bash,2,4.4.20,4.el8_6,x86_64', '2:4.4.20-4.el8_6', 'x86_64'],
    ['bash|2|4.4.20|4.el8_6|x86_64|bash-4.4.20-4.el8_6.src.rpm|(none)', '2:4.4.20-4.el8_6', 'x86_64'],
    ['"bash;2;4.4.20-4.el8_6;x86_64"', '2:4.4.20-4.el8_6', 'x86_64'],
    ['bash.x86_64 2:4.4.20-4.el8_6 @baseos', '2:4.4.20-4.el8_6', 'x86_64'],
    ['bash-4.4.20-4.el8_6.x86_64    Tue 01 Jan 2026 10:00:00 AM UTC', '4.4.20-4.el8_6', 'x86_64'],
  ])('%s', (line, version, architecture) => {
    expect(readRpmList(`${line}\n`)?.packages).toEqual([installed('bash', version, { architecture })]);
  });

  test('imported keys and headings are none', () => {
    const text =
      'Installed Packages\ngpg-pubkey (none) fd431d51 4ae0493b (none) (none) (none)\nbash 0 4 1 x86_64 (none)\n';
    expect(readRpmList(text)?.packages.map(({ name }) => name)).toEqual(['bash']);
  });

  test.each([
    ['redhat-release-8.10-0.2.0.1.el8.x86_64 oraclelinux-release-8:8.10-1.0.7.el8.x86_64', 'oracle', '8.10'],
    ['oraclelinux-release-8:8.10-1.0.7.el8.x86_64 redhat-release-8.10-0.2.0.1.el8.x86_64', 'oracle', '8.10'],
    ['redhat-release-server-6Server-6.10.0.12.el6.x86_64', 'redhat', '6'],
    ['openSUSE-release-20240103-2669.1.x86_64', 'opensuse-tumbleweed', '20240103'],
    ['Leap-release-16.0-lp160.280.1.x86_64', 'opensuse-leap', '16.0'],
    ['sles-release-15.3-55.4.1.x86_64 sles-release-POOL-12.5-1.171.x86_64', 'sles', '15.3'],
    ['system-release-1:2-14.amzn2.x86_64', 'amazon', '2'],
    ['epel-release-6-8.9.amzn1.noarch system-release-2016.03-0.5.noarch', 'amazon', '2016.03'],
  ])('the system of %s', (packages, family, release) => {
    expect(readRpmList(packages.replaceAll(' ', '\n'))?.os).toEqual({ family, release });
  });

  test.each([
    'hello',
    'hello-to-all',
    'bash zero 1 2 x86_64',
    'bash 4.4',
    'bash 1 2 3 4 5',
    'bash-4.4.20-4.el8_6.x86_64\nhello',
  ])('%s makes it another file', (text) => expect(readRpmList(text)).toBeNull());
});

describe('package URLs', () => {
  test.each([
    ['pkg:pypi/django@1.11.1', 'PyPI', 'django', '1.11.1'],
    ['pkg:golang/github.com/a/b@v1.0.0', 'Go', 'github.com/a/b', 'v1.0.0'],
    ['pkg:npm/%40angular/core@12.3.1', 'npm', '@angular/core', '12.3.1'],
    ['pkg:maven/org.a/b@1.0?type=jar', 'Maven', 'org.a:b', '1.0'],
    ['pkg:deb/debian/libssl3@3.0-1?arch=amd64&distro=debian-12&upstream=openssl', null, 'libssl3', '3.0-1'],
    ['pkg:rpm/almalinux/bash@4.4-1.el8?epoch=2&distro=almalinux-8.9', null, 'bash', '2:4.4-1.el8'],
    ['pkg:alpm/arch/pacman@6.0.1-1?arch=x86_64', null, 'pacman', '6.0.1-1'],
    ['pkg:hex/phoenix_html@2.13.3', 'Hex', 'phoenix_html', '2.13.3'],
    ['pkg:swift/github.com/apple/swift-nio@2.41.0', 'SwiftURL', 'github.com/apple/swift-nio', '2.41.0'],
    ['pkg:npm/@angular/core@12.3.1', 'npm', '@angular/core', '12.3.1'],
    ['pkg:generic/openssl@3.0.1?download_url=https://example.org/a%3Fb', 'generic', 'openssl', '3.0.1'],
    ['pkg:github/actions/checkout@v4#src', 'github', 'actions/checkout', 'v4'],
  ])('%s', (purl, ecosystem, name, version) => {
    expect(readPurl(purl)?.installed).toMatchObject({ ecosystem, name, version });
  });

  test('what the system’s own say beside it', () => {
    const deb = readPurl('pkg:deb/debian/libssl3@3.0-1?distro=debian-12&upstream=openssl%403.0-0');
    expect(deb?.installed).toMatchObject({ source: 'openssl', source_version: '3.0-0' });
    expect(deb?.os).toEqual({ family: 'debian', release: '12' });
  });

  test.each([
    ['distro=debian-12.4', { family: 'debian', release: '12.4' }],
    ['distro=bookworm', { family: 'debian', release: '12' }],
    ['distro=jammy', { family: 'ubuntu', release: '22.04' }],
    ['distro=12', { family: 'debian', release: '12' }],
    ['distro=sid', null],
    ['distro=constructor', null],
  ])('the system in %s', (query, os) => expect(readPurl(`pkg:deb/debian/a@1?${query}`)?.os).toEqual(os));

  test.each(['pkg:pypi/django', 'https://example.org', 'pkg:npm/%E0%A4%A@', 'pkg:npm/@angular/core', 'pkg:npm'])(
    '%s is none',
    (purl) => {
      expect(readPurl(purl)).toBeNull();
    },
  );

  test.each([
    'pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12',
    'pkg:npm/%40angular/core@12.3.1',
    'pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14',
    'pkg:maven/org.a/b',
  ])('%s is written as it was read', (text) => {
    const purl = parsePurl(text);
    expect(purl === null ? null : writePurl(purl)).toBe(text);
  });
});

describe('JSON', () => {
  test('a CycloneDX document, nested components too', () => {
    const read = readInventoryJson({
      bomFormat: 'CycloneDX',
      components: [
        { type: 'operating-system', name: 'debian', version: '12' },
        { purl: 'pkg:npm/a@1.0.0', components: [{ purl: 'pkg:npm/b@2.0.0' }, { name: 'no purl' }, 7] },
      ],
    });
    expect(read?.os).toEqual({ family: 'debian', release: '12' });
    expect(read?.packages.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('an SPDX document', () => {
    const externalRefs = [{ referenceType: 'purl', referenceLocator: 'pkg:cargo/a@1.0.0' }];
    const read = readInventoryJson({ spdxVersion: 'SPDX-2.3', packages: [{ name: 'a', externalRefs }, { name: 'b' }] });
    expect(read?.packages).toHaveLength(1);
  });

  test('binaries and the sources beside them', () => {
    const source_packages = [{ name: 'acl', version: '2', binaries: ['libacl1'] }];
    const read = readInventoryJson({
      os: { Family: 'Debian', Name: '9' },
      packages: [{ name: 'libacl1', version: '1' }],
      source_packages,
    });
    expect(read?.os).toEqual({ family: 'debian', release: '9' });
    expect(read?.packages[0]).toMatchObject({ source: 'acl', source_version: '2' });
    expect(read?.sources).toEqual([{ name: 'acl', version: '2' }]);
  });

  test('a Windows product as it is stated', () => {
    const read = readInventoryJson({ product: 'Windows 8.1', build: '9600', installed_kbs: ['KB1', '2', 3] });
    expect(read?.windows).toEqual({
      product: 'Windows 8.1',
      is_stated: true,
      build: '9600',
      installed_kbs: ['1', '2'],
    });
  });

  test.each([[7], ['text'], [null], [{ a: 1 }], [{ packages: 'none' }]])('%j is none', (value) => {
    expect(readInventoryJson(value)).toBeNull();
  });
});
