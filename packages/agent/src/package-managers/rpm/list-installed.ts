import { readPackageList } from '@fleetmend/api/read-package-list.ts';
import { rpmList } from '@fleetmend/domain/inventory/package-lists/rpm-list.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Installed } from '../package-manager.ts';

/** Reads `rpm -qa` in our format. */
export function parseInstalledRpms(text: string): Installed {
  const { packages } = readPackageList(rpmList, text);
  const unfinished = packages.filter(({ is_unfinished }) => is_unfinished);
  return {
    software: packages.map(({ software }) => software),
    unfinished: unfinished.map(({ software: { name, architecture } }) => `${name}:${architecture}`),
    held: new Set(),
  };
}

/** Everything rpm has on this host. @throws Error when rpm itself fails. */
export async function listInstalledRpms(): Promise<Installed> {
  const result = await runCommand(rpmList.program, rpmList.args);
  if (result.code !== 0) throw new Error(`rpm -qa failed: ${result.stderr.trim().slice(0, 500)}`);
  return parseInstalledRpms(result.stdout.toString('utf8'));
}
