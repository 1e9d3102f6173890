import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installedSoftware } from '@fleetmend/domain/findings/installed-software.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDocuments, WALK_LIMITS } from './find-documents.ts';
import { applicationFolders, applicationsIn } from './read-applications.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fmapp-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return join(root, path);
}

const npmLock = (version: string) =>
  JSON.stringify({ lockfileVersion: 3, packages: { '': {}, 'node_modules/left-pad': { version } } });
const BOM = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [
    {
      type: 'library',
      name: 'log4j-core',
      version: '2.13.0',
      purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.13.0',
    },
    { type: 'library', name: 'bash', version: '5.2', purl: 'pkg:deb/debian/bash@5.2' },
  ],
});

test('lock files and bills of materials are software of the machine, with the file that names them', async () => {
  const lock = put('shop/package-lock.json', npmLock('1.3.0'));
  const bom = put('with blank/bom.json', BOM);
  put('shop/Cargo.lock', 'version = 3\n[[package]]\nname = "time"\nversion = "0.1.0"\nsource = "registry+x"\n');
  put('shop/node_modules/a/package-lock.json', npmLock('9.9.9'));
  const applications = applicationsIn([root]);
  const components = await applications.list();
  expect(components.map(({ ecosystem, name, version }) => `${ecosystem} ${name} ${version}`)).toEqual([
    'crates.io time 0.1.0',
    'npm left-pad 1.3.0',
    'Maven org.apache.logging.log4j:log4j-core 2.13.0',
  ]);
  const [, leftPad, log4j] = components;
  expect(leftPad).toMatchObject({ architecture: 'all', module: lock });
  expect(log4j?.module).toBe(bom.replace(' ', '%20'));
  expect(leftPad && installedSoftware(leftPad)).toMatchObject({ ecosystem: 'npm', path: lock, module: null });
  expect(applications.haveChanged()).toBe(false);
  put('shop/package-lock.json', npmLock('1.3.10'));
  expect(applications.haveChanged()).toBe(true);
});

test('what cannot be read is passed by: broken documents, names that are options, links out of the folder', async () => {
  put('a/package-lock.json', '{"lockfileVersion": 3,');
  put('b/package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/-o': { version: '1' } } }));
  put(
    'c/package-lock.json',
    '{"lockfileVersion":3,"packages":{"__proto__":{"version":"1"},"node_modules/ok":{"version":"1.0.0"}}}',
  );
  put('c/bom.xml', '<!DOCTYPE a [<!ENTITY b "c">]><bom>&b;</bom>');
  const elsewhere = mkdtempSync(join(tmpdir(), 'fmelse-'));
  try {
    writeFileSync(join(elsewhere, 'package-lock.json'), npmLock('6.6.6'));
    symlinkSync(elsewhere, join(root, 'link'));
    symlinkSync(join(elsewhere, 'package-lock.json'), join(root, 'package-lock.json'));
    const components = await applicationsIn([root, '/no/such/folder']).list();
    expect(components.map(({ name, version }) => `${name} ${version}`)).toEqual(['ok 1.0.0']);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test.each([
  ['depth', { depth: 1 }, 2, null],
  ['folders', { folders: 3 }, 1, 'more than 3 folders'],
  ['documents', { documents: 1 }, 2, 'more than 1 documents'],
  ['bytes', { bytes: 150 }, 2, 'documents of more than 150 bytes'],
  ['time', { seconds: 0 }, 0, 'more than 0 seconds'],
])('a walk is bounded in %s, and says so', async (_, limits, most, cut_short) => {
  for (const name of ['a', 'b', 'c/d', 'e/f/g']) put(`${name}/package-lock.json`, npmLock('1.0.0'));
  const found = await findDocuments([root], { ...WALK_LIMITS, ...limits });
  expect(found.paths.length).toBeLessThanOrEqual(most);
  expect(found.cut_short).toBe(cut_short);
});

test('only folders that were named, from the root', () => {
  expect(applicationFolders('/srv:/opt/app:relative:')).toEqual(['/srv', '/opt/app']);
  expect(applicationFolders('')).toEqual([]);
});
