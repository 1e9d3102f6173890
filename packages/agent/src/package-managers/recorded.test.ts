import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readLocalPackage } from './pacman/list-installed.ts';
import { parseUpgradable } from './pacman/parse-output.ts';
import { readTar } from './pacman/read-tar.ts';
import { parseUpdates } from './zypper/parse-output.ts';

/** Real output of the real tools, beside the repository; what is not there is not tested, and that is said. */
const DATA = fileURLToPath(new URL('../../../../../shared/data/inventories/', import.meta.url));
const isThere = existsSync(DATA);

function sample(archive: string, path: string): string {
  const bytes = gunzipSync(readFileSync(`${DATA}${archive}.tar.gz`));
  for (const file of readTar(bytes)) if (file.path.endsWith(path)) return file.text;
  throw new Error(`${archive} has no ${path}`);
}

test.skipIf(isThere)('the recorded output of ../shared/data is not there: nothing was read', () => {
  expect(isThere).toBe(false);
});

test.skipIf(!isThere)('pacman -Qu, as quoted and as recorded', () => {
  expect(parseUpgradable(readFileSync(`${DATA}tool_outputs_quoted/pacman-Qu_arch.txt`, 'utf8'))).toHaveLength(2);
  expect(parseUpgradable(sample('tool_outputs_mpm', 'pacman/03.shell-session.txt'))).toHaveLength(2);
});

test.skipIf(!isThere).each([
  ['valid', 'gawk', '5.3.1-1'],
  ['valid_no_dep', null, null],
  ['valid_one_dep', null, null],
])("pacman's local database: %s", (file, name, version) => {
  const found = readLocalPackage(sample('native_os_databases', `pacman/testdata/${file}`));
  expect(found).not.toBeNull();
  if (name !== null) expect(found).toMatchObject({ name, version, architecture: 'x86_64' });
});

test.skipIf(!isThere)('zypper -x list-updates', () => {
  const updates = parseUpdates(sample('tool_outputs_mpm', 'zypper/02.shell-session.txt'));
  expect(updates.map(({ name, edition }) => `${name} ${edition}`)).toEqual(['git 2.34.1-10.9.1', 'vim 9.0.1234-1.1']);
});
