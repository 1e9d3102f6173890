import { readTextIfThere } from '../../platform/durable-file.ts';
import type { Installed } from '../package-manager.ts';
import { listInstalledRpms } from '../rpm/list-installed.ts';
import { parseLocks } from './parse-output.ts';

export const LOCK_LIST = '/etc/zypp/locks';

/** What rpm has, with what zypper's locks hold back. */
export async function listInstalled(): Promise<Installed> {
  const installed = await listInstalledRpms();
  const locked = new Set(parseLocks(readTextIfThere(LOCK_LIST) ?? ''));
  for (const { name, architecture } of installed.software)
    if (locked.has(name)) installed.held.add(`${name}:${architecture}`);
  return installed;
}
