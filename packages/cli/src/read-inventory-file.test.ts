import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readInventoryFile } from './read-inventory-file.ts';
import { scratchFolder } from './test-io.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

async function read(name: string, text: string) {
  const path = join(scratch.path, name);
  writeFileSync(path, text);
  return readInventoryFile(path);
}

const XML = (inside: string) =>
  `<?xml version="1.0"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.1"><components>${inside}</components></bom>`;

describe('an inventory is told by what stands in it, whatever its name', () => {
  test.each([
    ['package-lock', '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}'],
    ['yarn', '# yarn lockfile v1\n\n\na@^1.0.0:\n  version "1.0.0"\n'],
    ['yarn of today', '__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n'],
    ['pnpm', "lockfileVersion: '6.0'\npackages:\n  /a@1.0.0(b@2.0.0):\n    dev: false\n"],
    ['bun', '{\n  "lockfileVersion": 1,\n  "workspaces": {},\n  "packages": { "a": ["a@1.0.0", "", {},], },\n}\n'],
    ['Pipfile.lock', '{"_meta":{},"default":{"a":{"version":"==1.0.0"}}}'],
    ['poetry', '[[package]]\nname = "a"\nversion = "1.0.0"\n\n[metadata]\nlock-version = "2.0"\n'],
    ['uv', 'version = 1\nrequires-python = ">=3"\n\n[[package]]\nname = "a"\nversion = "1.0.0"\n'],
    ['pylock', 'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1.0.0"\n'],
    ['requirements', 'a[extra]==1.0.0 ; python_version > "3" # why\nb>=2\n-r other.txt\nc==1.*\n'],
    ['Cargo', 'version = 3\n\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://example.org"\n'],
    ['composer', '{"content-hash":"x","packages":[{"name":"a","version":"1.0.0"}],"packages-dev":[]}'],
    ['Gemfile', 'GEM\n  remote: https://example.org/\n  specs:\n    a (1.0.0-x86_64-linux)\n      b (>= 2)\n'],
    ['go.mod', 'module m\n\nrequire (\n\ta 1.0.0\n\ta v1.0.0 // indirect\n)\n'],
    ['go.sum', 'a v0.9.0 h1:x=\na v1.0.0 h1:x=\na v1.1.0/go.mod h1:x=\n'],
    ['NuGet', '{"version":1,"dependencies":{"net8.0":{"a":{"type":"Direct","resolved":"1.0.0"}}}}'],
    ['Gradle', '# locked\norg:a:1.0.0=runtimeClasspath\nempty=\n'],
    ['pub', 'packages:\n  a:\n    source: hosted\n    version: "1.0.0"\nsdks:\n  dart: ">=3"\n'],
    ['mix', '%{\n  "a": {:hex, :a, "1.0.0", "hash", [:mix], [], "hexpm", "hash"},\n}\n'],
    ['CycloneDX in XML', XML('<component type="library"><purl>pkg:npm/a@1.0.0</purl></component>')],
    ['pacman', '%NAME%\na\n\n%VERSION%\n1.0.0\n\n%ARCH%\nany\n'],
  ])('%s', async (title, text) => {
    const { packages } = await read('inventory', text);
    expect(packages, title).toHaveLength(1);
    expect(packages[0]?.name).toMatch(/^(org:)?a$/);
    expect(packages[0]?.version).toMatch(/^v?1\.0\.0$/);
  });

  test('go.mod: what is replaced, by another module or by a folder', async () => {
    const text =
      'module m\nrequire a v1.0.0\nrequire b v1.0.0\nrequire c v1.0.0\nreplace a => d v2.0.0\nreplace (\n\tb => ../b\n\tc v0.9.0 => e v3.0.0\n)\n';
    const { packages } = await read('go.mod', text);
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['c v1.0.0', 'd v2.0.0']);
  });

  test('npm: aliases, and neither links nor the project itself', async () => {
    const lock = {
      lockfileVersion: 3,
      packages: {
        '': { name: 'project', version: '9.0.0' },
        'apps/one': { name: 'one', version: '9.0.0' },
        'node_modules/one': { link: true, resolved: 'apps/one' },
        'node_modules/alias': { name: 'real', version: '1.0.0' },
        'node_modules/b/node_modules/@scope/c': { version: '2.0.0' },
        'node_modules/twice/node_modules/@scope/c': { version: '2.0.0' },
      },
    };
    const { packages } = await read('package-lock.json', JSON.stringify(lock));
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['real 1.0.0', '@scope/c 2.0.0']);
  });

  test('a name does not make it what it is not', async () => {
    const { packages, os } = await read('yarn.lock', 'almalinux-release-8.9-1.el8.x86_64\n');
    expect([packages.length, os?.family]).toEqual([1, 'almalinux']);
  });
});

describe('refused in words', () => {
  test.each([
    ['what it is not', 'hello\n', /is no inventory that is known here/],
    ['another JSON', '{"a":1}', /is JSON, but no inventory/],
    ['no JSON', '{"a":', /is not JSON/],
    ['a list without sources', 'ii  libssl3:amd64  3.0-1  amd64  libraries\n', /without their sources/],
    ['apt’s list', 'Listing...\nbash/stable,now 5.2-1 amd64 [installed]\n', /without their sources/],
    ['an empty one', '{"bomFormat":"CycloneDX","components":[]}', /names no package/],
    ['only names', '{"bomFormat":"CycloneDX","components":[{"name":"a"}]}', /names 1 components, and none by/],
    ['broken XML', '<bom><components></bom>', /is not XML: .*tag/],
    ['broken TOML', '[[package]]\nname = \n', /is not TOML/],
    ['broken YAML', 'lockfileVersion: 6\n\t- b: [', /is not YAML/],
    ['another version of SPDX', 'SPDXVersion: SPDX-1.2\nPackageName: a\n', /is no inventory/],
  ])('%s', async (_, text, words) => {
    await expect(read('inventory', text)).rejects.toThrow(words);
  });

  test('XML: entities are not expanded, nests end', async () => {
    const laughs = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n<bom>&b;</bom>';
    await expect(read('laughs.xml', laughs)).rejects.toThrow(/is not XML: .*entity/);
    await expect(read('deep.xml', '<a>'.repeat(1_000_000))).rejects.toThrow(/goes deeper/);
    await expect(read('outside.xml', '<!DOCTYPE b SYSTEM "file:///etc/passwd"><bom>&x;</bom>')).rejects.toThrow(
      /not XML/,
    );
  });

  test('YAML: references do not multiply', async () => {
    const lines = ['lockfileVersion: 6', 'a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'].map((each) => [...each])) {
      lines.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(',')}]`);
    }
    await expect(read('bomb.yaml', lines.join('\n'))).rejects.toThrow(/is not YAML/);
  });

  test('YAML: a million keys, and a million levels, are refused before they are read', async () => {
    const keys = Array.from({ length: 1_000_000 }, (_, at) => `k${at.toString(36)}:`).join('\n');
    await expect(read('keys.yaml', `lockfileVersion: 6\n${keys}`)).rejects.toThrow('more than 500000 lines');
    await expect(read('deep.yaml', `lockfileVersion: 6\na: ${'['.repeat(1_000_000)}`)).rejects.toThrow('nested deeper');
  });

  test('a name of __proto__ is a name', async () => {
    const text = '{"lockfileVersion":3,"packages":{"node_modules/__proto__":{"version":"1.0.0"}}}';
    expect((await read('package-lock.json', text)).packages[0]?.name).toBe('__proto__');
    expect(({} as Record<string, unknown>)['version']).toBeUndefined();
  });
});
