import { readTextIfThere } from '../../platform/durable-file.ts';
import type { Installed } from '../package-manager.ts';
import { listInstalledRpms } from '../rpm/list-installed.ts';

export const LOCK_LISTS = ['/etc/dnf/plugins/versionlock.list', '/etc/yum/pluginconf.d/versionlock.list'];

/** The names that a list of dnf's versionlock plug-in holds at a version; entries that only exclude one (`!…`) hold nothing. */
export function parseVersionLocks(text: string): string[] {
  const names: string[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
    // `name-epoch:version-release.arch`, with `*` for the last, or `epoch:name-version-release.arch` as yum writes it.
    const name = /^(?:\d+:)?(.+)-(?:\d+:)?[^-]+-[^-]+$/.exec(line)?.[1];
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** What rpm has, with what dnf's versionlock holds back. */
export async function listInstalled(): Promise<Installed> {
  const installed = await listInstalledRpms();
  const locked = new Set(LOCK_LISTS.flatMap((path) => parseVersionLocks(readTextIfThere(path) ?? '')));
  for (const { name, architecture } of installed.software)
    if (locked.has(name)) installed.held.add(`${name}:${architecture}`);
  return installed;
}
