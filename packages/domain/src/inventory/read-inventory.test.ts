import { describe, expect, test } from 'vitest';
import { readApkInstalled } from './read-apk-installed.ts';
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

  test('Ubuntu’s base-files tells no release', () => {
    expect(readDpkgStatus(paragraph('base-files', '12ubuntu4.6')).os).toBeNull();
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

describe('rpm -qa', () => {
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

  test('any other line makes it another file', () => {
    expect(readRpmList('hello')).toBeNull();
    expect(readRpmList('bash zero 1 2 x86_64')).toBeNull();
  });
});

describe('package URLs', () => {
  test.each([
    ['pkg:pypi/django@1.11.1', 'PyPI', 'django', '1.11.1'],
    ['pkg:golang/github.com/a/b@v1.0.0', 'Go', 'github.com/a/b', 'v1.0.0'],
    ['pkg:npm/%40angular/core@12.3.1', 'npm', '@angular/core', '12.3.1'],
    ['pkg:maven/org.a/b@1.0?type=jar', 'Maven', 'org.a:b', '1.0'],
    ['pkg:deb/debian/libssl3@3.0-1?arch=amd64&distro=debian-12&upstream=openssl', null, 'libssl3', '3.0-1'],
    ['pkg:rpm/almalinux/bash@4.4-1.el8?epoch=2&distro=almalinux-8.9', null, 'bash', '2:4.4-1.el8'],
  ])('%s', (purl, ecosystem, name, version) => {
    expect(readPurl(purl)?.installed).toMatchObject({ ecosystem, name, version });
  });

  test('what the system’s own say beside it', () => {
    const deb = readPurl('pkg:deb/debian/libssl3@3.0-1?distro=debian-12&upstream=openssl%403.0-0');
    expect(deb?.installed).toMatchObject({ source: 'openssl', source_version: '3.0-0' });
    expect(deb?.os).toEqual({ family: 'debian', release: '12' });
  });

  test.each(['pkg:pypi/django', 'https://example.org', 'pkg:github/a/b@1', 'pkg:npm/%E0%A4%A@'])(
    '%s is none',
    (purl) => {
      expect(readPurl(purl)).toBeNull();
    },
  );
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
