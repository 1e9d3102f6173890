import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { runCommand } from '../../platform/run-command.ts';
import { markOf } from '../change-mark.ts';
import { readListsStatus } from '../lists-status.ts';
import type { Installed, PackageManager } from '../package-manager.ts';
import { fetchFiles } from './fetch-files.ts';
import { listInstalled } from './list-installed.ts';
import { ownDatabases, prepareDatabases, readOffers, refreshLists } from './own-databases.ts';
import { parseUpgradable } from './parse-output.ts';
import { planInstall } from './plan-install.ts';

/** What `pacman -Qu` lists. Its databases say nothing of security, so nothing is called a security update, and no CVE id is known. */
async function listUpdates(folder: string, installed: Installed): Promise<AvailableUpdate[]> {
  const own = await prepareDatabases(folder);
  const result = await runCommand('pacman', ['--dbpath', own, '-Qu']);
  // 1 is pacman's way of saying that there is nothing.
  if (result.code !== 0 && result.code !== 1) throw new Error(`pacman -Qu failed: ${result.stderr.trim()}`);
  const offers = [...readOffers(folder).values()];
  return parseUpgradable(result.stdout.toString('utf8')).flatMap(
    ({ name, from, to, is_ignored }): AvailableUpdate[] => {
      const offer = offers.find((each) => each.name === name && each.version === to);
      const now = installed.software.find((each) => each.name === name);
      if (offer === undefined || now === undefined) return [];
      return [
        {
          ecosystem: 'alpm',
          name,
          architecture: offer.architecture,
          installed_version: from,
          candidate_version: to,
          source: offer.base,
          source_installed_version: now.source_version,
          source_candidate_version: to,
          origin: offer.repository,
          suite: offer.repository,
          is_security: false,
          is_held: is_ignored,
          size: offer.size,
          sha256: offer.sha256,
          fix_version: null,
          advisories: [],
          severity: null,
          changelog_cves: null,
        },
      ];
    },
  );
}

/** Arch Linux and its derivatives: pacman(8). */
export const pacman = {
  id: 'pacman',
  isPresent: () => Promise.resolve(existsSync('/usr/bin/pacman') && existsSync('/var/lib/pacman/local')),
  listInstalled,
  refreshLists,
  readListsStatus: (folder) => readListsStatus(join(folder, 'pacman')),
  listUpdates,
  readChangelogs: () => Promise.resolve(false),
  plan: planInstall,
  fetchFiles,
  changeMark: (folder) =>
    markOf([
      '/var/lib/pacman/local',
      '/etc/pacman.conf',
      join(ownDatabases(folder), 'sync'),
      join(folder, 'pacman/lists-status.json'),
    ]),
} as const satisfies PackageManager;
