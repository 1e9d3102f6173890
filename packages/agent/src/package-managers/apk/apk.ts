import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { readApkInstalled } from '@fleetmend/domain/inventory/read-apk-installed.ts';
import { readTextIfThere } from '../../platform/durable-file.ts';
import { observed, outputOf, plainUpdate, statedSoftware } from '../observed.ts';
import type { Installed } from '../package-manager.ts';
import { parsePins, parseUpgradable } from './parse-output.ts';

/** The second is where Alpine 3.23 has it. */
const DATABASES = ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'];
const CACHES = ['/etc/apk/cache', '/var/cache/apk'];
const WORLD = '/etc/apk/world';

/** When the newest of apk's indexes was fetched; null where it keeps none. */
export function readFetchedAt(folders: readonly string[]): string | null {
  const indexes = folders.flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.startsWith('APKINDEX.'))
      .map((name) => statSync(join(folder, name)).mtimeMs),
  );
  return indexes.length === 0 ? null : new Date(Math.max(...indexes)).toISOString();
}

/** Everything in apk's own database. */
export function readInstalled(database: string, world: string): Installed {
  const pins = new Set(parsePins(world));
  const software = readApkInstalled(database).packages.flatMap((each) => statedSoftware('apk', each));
  const held = software.filter(({ name }) => pins.has(name)).map(({ name, architecture }) => `${name}:${architecture}`);
  return { software, unfinished: [], held: new Set(held) };
}

/** What `apk list --upgradable` prints, for what is installed. Alpine's lists say nothing of security. */
export function readUpdates(text: string, { software, held }: Installed): AvailableUpdate[] {
  return parseUpgradable(text).flatMap(({ name, from, to }) => {
    const now = software.find((each) => each.name === name && each.version === from);
    const is_held = now !== undefined && held.has(`${now.name}:${now.architecture}`);
    return plainUpdate(now, { version: to, origin: 'apk', is_held });
  });
}

/** Alpine Linux: apk(8). */
export const apk = observed({
  id: 'apk',
  isPresent: () => existsSync('/sbin/apk') && DATABASES.some((path) => existsSync(path)),
  listInstalled: () => {
    const database = DATABASES.map((path) => readTextIfThere(path)).find((text) => text !== null);
    return Promise.resolve(readInstalled(database ?? '', readTextIfThere(WORLD) ?? ''));
  },
  listUpdates: async (installed) =>
    readUpdates(await outputOf('apk', ['--no-progress', 'list', '--upgradable']), installed),
  fetchedAt: () => readFetchedAt(CACHES),
  marks: [...DATABASES, WORLD, ...CACHES, '/etc/apk/repositories'],
});
