import { existsSync } from 'node:fs';
import { availableUpdate } from '@fleetmend/api/inventory.ts';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { markOf } from '../change-mark.ts';
import { readListsStatus } from '../lists-status.ts';
import type { Installed, PackageManager } from '../package-manager.ts';
import { SYSTEM_REPOSITORY } from './bundles.ts';
import { fetchFiles } from './fetch-files.ts';
import { listInstalled } from './list-installed.ts';
import { offersPath, ownFolder, readOffers, refreshLists } from './offers.ts';
import { nameOf } from './parse-output.ts';
import { planInstall } from './plan-install.ts';

/** The newest commit of each ref. Remotes say nothing of security: nothing is called a fix, and no CVE id is known. */
function listUpdates(folder: string, installed: Installed): Promise<AvailableUpdate[]> {
  const updates = readOffers(folder).flatMap(({ ref, remote, app_version, commits }): AvailableUpdate[] => {
    const { name, id, architecture, branch } = nameOf(ref);
    const now = installed.software.find((each) => each.name === name && each.architecture === architecture);
    const [newest] = commits;
    if (now === undefined || newest === undefined || newest.version === now.version) return [];
    const update = availableUpdate.safeParse({
      ecosystem: 'flatpak',
      name,
      architecture,
      installed_version: now.version,
      candidate_version: newest.version,
      source: id,
      source_installed_version: now.source_version,
      source_candidate_version: app_version ?? newest.version,
      origin: remote,
      suite: branch,
      is_security: false,
      is_held: installed.held.has(`${name}:${architecture}`),
      size: null,
      sha256: null,
      fix_version: null,
      advisories: [],
      severity: null,
      changelog_cves: null,
    });
    return update.success ? [update.data] : [];
  });
  return Promise.resolve(updates);
}

/** Flatpak, the installation for all users: flatpak(1). */
export const flatpak = {
  id: 'flatpak',
  isPresent: () => Promise.resolve(existsSync('/usr/bin/flatpak') && existsSync(`${SYSTEM_REPOSITORY}/config`)),
  listInstalled,
  refreshLists,
  readListsStatus: (folder) => readListsStatus(ownFolder(folder)),
  listUpdates,
  readChangelogs: () => Promise.resolve(false),
  plan: planInstall,
  fetchFiles,
  changeMark: (folder) =>
    markOf([
      '/var/lib/flatpak/.changed',
      `${SYSTEM_REPOSITORY}/config`,
      offersPath(folder),
      `${ownFolder(folder)}/lists-status.json`,
    ]),
} as const satisfies PackageManager;
