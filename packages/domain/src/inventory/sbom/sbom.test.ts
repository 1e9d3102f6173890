import { describe, expect, test } from 'vitest';
import { readCycloneDx } from './read-cyclonedx.ts';
import { readSpdx } from './read-spdx.ts';
import { readSpdx3 } from './read-spdx3.ts';
import { spdxFromTags } from './spdx-tag-value.ts';

const DEBIAN = 'pkg:deb/debian/libssl3@3.0-1?arch=amd64&distro=debian-12';
const CPE = 'cpe:2.3:a:acme:engine:2.1:*:*:*:*:*:*:*';

describe('CycloneDX', () => {
  const read = (components: unknown[], more = {}) => readCycloneDx({ bomFormat: 'CycloneDX', components, ...more });

  test('by package URL, by CPE, and what has neither is counted', () => {
    const found = read([
      { type: 'library', purl: DEBIAN, cpe: 'cpe:/a:openssl:openssl:3.0' },
      { type: 'firmware', name: 'engine', version: '2.1', cpe: CPE },
      { type: 'library', name: 'unnamed', version: '1' },
      { type: 'file', name: 'README' },
    ]);
    expect(found?.os).toEqual({ family: 'debian', release: '12' });
    expect(found?.packages.map(({ name, ecosystem, cpe }) => [name, ecosystem, cpe])).toEqual([
      ['libssl3', null, 'cpe:/a:openssl:openssl:3.0'],
      ['engine', 'generic', CPE],
    ]);
    expect(found?.unidentified).toBe(1);
  });

  test('the system that is named wins, and another system’s packages are left out', () => {
    const system = { type: 'operating-system', name: 'Debian GNU/Linux', version: '12.5' };
    const found = read([system, { purl: DEBIAN }, { purl: 'pkg:deb/ubuntu/a@1?distro=ubuntu-22.04' }]);
    expect(found?.os).toEqual({ family: 'debian', release: '12.5' });
    expect([found?.packages.map(({ name }) => name), found?.unidentified]).toEqual([['libssl3'], 1]);
  });

  test('the source and module that Trivy writes beside the package URL', () => {
    const property = (name: string, value: string) => ({ name: `aquasecurity:trivy:${name}`, value });
    const properties = [
      property('SrcName', 'openssl'),
      property('SrcVersion', '1.1.1k'),
      property('SrcRelease', '7.el8'),
      property('SrcEpoch', '1'),
      property('Modularitylabel', 'a:b:1:c'),
    ];
    const found = read([{ purl: 'pkg:rpm/redhat/openssl-libs@1.1.1k-7.el8?epoch=1&distro=redhat-8.9', properties }]);
    expect(found?.packages[0]).toMatchObject({
      source: 'openssl',
      source_version: '1:1.1.1k-7.el8',
      module: 'a:b:1:c',
    });
  });

  test('a deep nest is read', () => {
    let component: Record<string, unknown> = { purl: 'pkg:npm/deepest@1.0.0' };
    for (let depth = 0; depth < 5_000; depth++) component = { components: [component] };
    expect(read([component])?.packages.map(({ name }) => name)).toEqual(['deepest']);
  });

  test('the document’s own component counts where it is a package', () => {
    expect(read([], { metadata: { component: { purl: 'pkg:npm/app@1.0.0' } } })?.packages).toHaveLength(1);
    expect(read([], { metadata: { component: { name: 'app', version: '1' } } })?.unidentified).toBe(0);
  });
});

describe('SPDX', () => {
  const references = [
    { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: DEBIAN },
    { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: CPE },
  ];

  test('2.3: package URL, CPE, source and system', () => {
    const found = readSpdx({
      spdxVersion: 'SPDX-2.3',
      packages: [
        { name: 'debian', versionInfo: '12.5', primaryPackagePurpose: 'OPERATING-SYSTEM' },
        { name: 'libssl3', sourceInfo: 'built package from: openssl 3.0-1', externalRefs: references },
        { name: 'engine', versionInfo: '2.1', externalRefs: references.slice(1) },
        { name: 'nothing' },
      ],
    });
    expect(found?.os).toEqual({ family: 'debian', release: '12.5' });
    expect(found?.packages).toMatchObject([
      { name: 'libssl3', source: 'openssl', source_version: '3.0-1', cpe: CPE },
      { name: 'engine', ecosystem: 'generic', cpe: CPE },
    ]);
    expect(found?.unidentified).toBe(1);
  });

  test('in tags and values, past texts that look like tags', () => {
    const found = readSpdx(
      spdxFromTags(
        [
          '# a comment',
          'SPDXVersion: SPDX-2.2',
          'PackageName: libssl3',
          'PackageVersion: 3.0-1',
          'PackageComment: <text>first',
          'PackageName: not one',
          'last</text>',
          `ExternalRef: PACKAGE-MANAGER purl ${DEBIAN}`,
          `ExternalRef: SECURITY cpe23Type ${CPE}`,
          'PackageSourceInfo: <text>built package from: openssl 3.0-0</text>',
        ].join('\r\n'),
      ),
    );
    expect(found?.packages).toMatchObject([{ name: 'libssl3', source: 'openssl', source_version: '3.0-0', cpe: CPE }]);
  });

  test('3.0: a graph of elements', () => {
    const found = readSpdx3({
      '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
      '@graph': [
        { type: 'SpdxDocument', name: 'a' },
        { type: 'software_Package', name: 'a', software_packageVersion: '1', software_packageUrl: 'pkg:npm/a@1.0.0' },
        {
          type: 'software_Package',
          name: 'engine',
          software_packageVersion: '2.1',
          externalIdentifier: [{ externalIdentifierType: 'cpe23', identifier: CPE }],
        },
        {
          type: 'software_Package',
          name: 'b',
          externalIdentifier: [{ externalIdentifierType: 'packageUrl', identifier: 'pkg:npm/b@2.0.0' }],
        },
      ],
    });
    expect(found?.packages.map(({ name, version }) => [name, version])).toEqual([
      ['a', '1.0.0'],
      ['engine', '2.1'],
      ['b', '2.0.0'],
    ]);
  });

  test.each([[{}], [{ spdxVersion: 'SPDX-1.2' }], [{ spdxVersion: 7 }]])('%j is none', (document) => {
    expect(readSpdx(document)).toBeNull();
    expect(readSpdx3(document)).toBeNull();
    expect(readCycloneDx(document)).toBeNull();
  });
});
