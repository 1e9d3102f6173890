import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOsRelease, readReleaseLine } from '@fleetmend/domain/inventory/read-os-release.ts';
import { afterAll, describe, expect, test } from 'vitest';
import { readInventoryFile } from './read-inventory-file.ts';
import { scratchFolder } from './test-io.ts';

/** Real documents of other tools, unpacked where they are at hand. */
const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const scratch = scratchFolder();
afterAll(() => scratch.remove());

function unpack(archive: string): string | null {
  const path = join(DATA, archive);
  if (!existsSync(path)) return null;
  const folder = join(scratch.path, archive.replace(/\W/g, '-'));
  mkdirSync(folder);
  expect(spawnSync('tar', ['-xzf', path, '-C', folder]).status).toBe(0);
  return folder;
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  return names.filter((name) => statSync(join(folder, name)).isFile());
}

async function countOf(folder: string, name: string): Promise<number | string> {
  try {
    return (await readInventoryFile(join(folder, name))).packages.length;
  } catch (error) {
    return (error as Error).message.replace(join(folder, name), '').trim();
  }
}

const locks = unpack('inventories/lockfiles.tar.gz');
const EXPECTED = 'expected_packages_by_vuls';

/**
 * Where we say more or less than the expected lists: pipenv's packages for development are installed as those of the
 * other tools are; of go.sum alone, and of pnpm's version 5, the lists are empty; npm's own workspaces are no packages.
 */
const ARGUED: Readonly<Record<string, { missing?: number; extra?: number }>> = {
  'Pipfile.lock': { extra: 38 },
  'go.sum': { extra: 3 },
  'pnpm/pnpm-lock.yaml': { extra: 932 },
  'npm-v2/package-lock.json': { missing: 5 },
  'npm-v3/package-lock.json': { missing: 5 },
};

describe.skipIf(locks === null)('lock files (the samples lie beside the repository, in shared/data)', () => {
  const folder = locks ?? '';
  const names =
    locks === null ? [] : filesIn(folder).filter((name) => !name.startsWith(EXPECTED) && name !== 'pom.xml');

  test.each(names)('%s: the packages that the expected list names', async (name) => {
    const list = readFileSync(join(folder, EXPECTED, `${name.replace('/', '_')}.json`), 'utf8');
    const expected = (JSON.parse(list)[0]?.libs ?? [])
      .filter(({ version }: { version: string }) => version !== '')
      .map((each: { name: string; version: string }) => `${each.name} ${each.version}`);
    const found = (await readInventoryFile(join(folder, name))).packages.map((each) => `${each.name} ${each.version}`);
    const missing = [...new Set<string>(expected)].filter((each) => !found.includes(each));
    const extra = found.filter((each) => !expected.includes(each));
    const { missing: less = 0, extra: more = 0 } = ARGUED[name] ?? {};
    expect({ missing: missing.length, extra: extra.length }, `${missing} | ${extra.slice(0, 9)}`).toEqual({
      missing: less,
      extra: more,
    });
    expect(new Set(found).size).toBe(found.length);
  });

  test('all of them were read', () => expect(names).toHaveLength(34));
});

const boms = unpack('sbom/cyclonedx_bom_examples.tar.gz');

describe.skipIf(boms === null)('CycloneDX (the samples lie beside the repository, in shared/data)', () => {
  const folder = boms ?? '';
  const names = boms === null ? [] : filesIn(folder);

  test('all are read, or refused since they name no package', async () => {
    const counts = await Promise.all(names.map((name) => countOf(folder, name)));
    const read = counts.filter((count) => typeof count === 'number');
    expect([names.length, read.length]).toEqual([66, 25]);
    expect(new Set(counts.filter((count) => typeof count === 'string'))).toEqual(new Set(['names no package']));
  });

  test.each([
    ['SBOM/keycloak-10.0.2/bom', 903],
    ['SBOM/dropwizard-1.3.15/bom', 168],
    ['SBOM/juice-shop/v11.1.2/bom', 841],
    ['SBOM/laravel-7.12.0/bom.1.2', 63],
    ['SBOM/laravel-7.12.0/bom.1.4', 63],
    ['SBOM/proton-bridge/proton-bridge-v1.8.0.bom', 202],
  ])('%s: the same in JSON and in XML', async (name, count) => {
    const [json, xml] = await Promise.all(
      ['json', 'xml'].map((form) => readInventoryFile(join(folder, `${name}.${form}`))),
    );
    expect(json?.packages).toHaveLength(count);
    expect(xml).toEqual(json);
  });
});

const systems = unpack('inventories/native_os_databases.tar.gz');

describe.skipIf(systems === null)(
  'databases of systems (the samples lie beside the repository, in shared/data)',
  () => {
    const folder = systems ?? '';

    test.each([
      ['scalibr/apk/testdata/installed', 15],
      ['trivy/pkg/apk/testdata/apk', 15],
      ['scalibr/dpkg/testdata/dpkg/valid', 7],
      ['scalibr/dpkg/testdata/dpkg/noversion', 2],
      ['scalibr/dpkg/testdata/opkg/valid', 3],
      ['trivy/pkg/dpkg/testdata/valid.txtar', 90],
      ['scalibr/pacman/testdata/valid', 1],
      ['scalibr/snap/testdata/single-arch.yaml', 1],
      ['scalibr/flatpak/testdata/valid.xml', 1],
      ['scalibr/chocolatey/testdata/cmake.nuspec', 1],
      ['scalibr/cos/testdata/multiple.json', 4],
      ['trivy/pkg/bottlerocket_inventory/testdata/application-inventory.json', 5],
      ['scalibr/rpm/testdata/Packages_epoch', 1],
      ['scalibr/snap/testdata/missing-version.yaml', 'names no package'],
      ['scalibr/flatpak/testdata/bad.xml', 'is no inventory that is known here'],
      ['scalibr/macapps/testdata/ValidXML.plist', 'is no inventory that is known here'],
    ])('%s: %s', async (name, expected) => expect(await countOf(folder, name)).toBe(expected));

    test('the system in each os-release', () => {
      const releases = join(folder, 'trivy/os/release/testdata');
      const read = readdirSync(releases).map(
        (name) => [name, readOsRelease(readFileSync(join(releases, name), 'utf8'))] as const,
      );
      expect(read.filter(([, os]) => os === null).map(([name]) => name)).toEqual(['no-id']);
      const families = new Map(read.map(([name, os]) => [name, `${os?.family} ${os?.release}`.trim()]));
      expect([families.get('oracle'), families.get('rhel'), families.get('opensuseleap-42.3')]).toEqual([
        'oracle 8.10',
        'redhat 9.4',
        'opensuse 42.3',
      ]);
    });

    test.each([
      ['alma/almalinux-release', 'almalinux 8.4'],
      ['centos/centos-release', 'centos 7.6.1810'],
      ['fedora_29/fedora-release', 'fedora 29'],
      ['oracle_7/oracle-release', 'oracle 7.6'],
      ['redhat_6/redhat-release', 'redhat 6.2'],
      ['rocky/rocky-release', 'rocky 8.4'],
    ])('%s is %s', (path, expected) => {
      const os = readReleaseLine(readFileSync(join(folder, 'trivy/os/redhatbase/testdata', path), 'utf8'));
      expect(`${os?.family} ${os?.release}`).toBe(expected);
    });

    test('every one is read or refused in words', async () => {
      const counts = await Promise.all(filesIn(folder).map((name) => countOf(folder, name)));
      const refused = counts.filter((count) => typeof count === 'string');
      expect(counts.length - refused.length).toBe(46);
      for (const words of refused) expect(words).toMatch(/^(is|names) /);
    });
  },
);
