import { readPackageList } from '@fleetmend/api/read-package-list.ts';
import { dpkgList } from '@fleetmend/domain/inventory/package-lists/dpkg-list.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Installed } from '../package-manager.ts';

/** Reads dpkg-query's lines; entries our contract cannot carry are counted, not guessed. */
export function parseInstalled(text: string): Installed & { unreadable: string[] } {
  const { packages, unreadable } = readPackageList(dpkgList, text);
  const keysOf = (chosen: typeof packages) =>
    chosen.map(({ software: { name, architecture } }) => `${name}:${architecture}`);
  return {
    software: packages.map(({ software }) => software),
    unfinished: keysOf(packages.filter(({ is_unfinished }) => is_unfinished)),
    held: new Set(keysOf(packages.filter(({ is_held }) => is_held))),
    unreadable,
  };
}

/** Everything dpkg has on this host. @throws Error when dpkg-query itself fails. */
export async function listInstalled(): Promise<Installed> {
  const result = await runCommand(dpkgList.program, dpkgList.args);
  if (result.code !== 0) throw new Error(`dpkg-query failed: ${result.stderr.trim().slice(0, 500)}`);
  return parseInstalled(result.stdout.toString('utf8'));
}
