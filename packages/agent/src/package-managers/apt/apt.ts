import { existsSync } from 'node:fs';
import { readListsStatus } from '../lists-status.ts';
import type { PackageManager } from '../package-manager.ts';
import { fetchFiles } from './fetch-files.ts';
import { listInstalled } from './list-installed.ts';
import { listUpdates } from './list-updates.ts';
import { aptFolder, changeMark, refreshLists } from './own-lists.ts';
import { planInstall } from './plan-install.ts';
import { readChangelogs } from './read-changelogs.ts';

/** Debian, Ubuntu and their derivatives: apt(8), dpkg(1). */
export const apt = {
  id: 'apt',
  isPresent: () => Promise.resolve(existsSync('/usr/bin/apt-get') && existsSync('/var/lib/dpkg/status')),
  listInstalled,
  refreshLists,
  readListsStatus: (folder) => readListsStatus(aptFolder(folder)),
  listUpdates,
  readChangelogs,
  plan: planInstall,
  fetchFiles,
  changeMark,
} as const satisfies PackageManager;
