import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { software as softwareSchema } from '@fleetmend/api/inventory.ts';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import type { Installed } from '../package-manager.ts';
import { readDatabasePath, readLocal, readSetting } from './own-databases.ts';
import { parseDesc } from './parse-desc.ts';

/** A package from its description in the local database; null where it has no name, no version or one we cannot carry. */
export function readLocalPackage(text: string): Software | null {
  const fields = parseDesc(text);
  const field = (name: string) => fields.get(name)?.[0] ?? '';
  const entry = softwareSchema.safeParse({
    ecosystem: 'alpm',
    name: field('NAME'),
    version: field('VERSION'),
    architecture: field('ARCH') || 'any',
    source: field('BASE') || field('NAME'),
    source_version: field('VERSION'),
    module: null,
  });
  return entry.success ? entry.data : null;
}

/** Everything pacman has; an entry without a description is what an interrupted run leaves. */
export async function listInstalled(): Promise<Installed> {
  const installed: Installed = { software: [], unfinished: [], held: new Set() };
  const ignored = new Set(await readSetting('IgnorePkg'));
  const local = join(await readDatabasePath(), 'local');
  for (const entry of existsSync(local) ? readdirSync(local) : []) {
    if (entry === 'ALPM_DB_VERSION') continue;
    const found = readLocalPackage(readLocal(local, entry) ?? '');
    if (found === null) {
      installed.unfinished.push(entry);
      continue;
    }
    installed.software.push(found);
    if (ignored.has(found.name)) installed.held.add(`${found.name}:${found.architecture}`);
  }
  return installed;
}
