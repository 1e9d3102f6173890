import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { runCommand } from '../../platform/run-command.ts';
import { markOf } from '../change-mark.ts';
import { readListsStatus, writeListsStatus } from '../lists-status.ts';
import type { Installed, PackageManager } from '../package-manager.ts';
import { describeUpdate, findInstalledRpm } from '../rpm/offers.ts';
import { RPM_DATABASES } from '../rpm/rpm-changer.ts';
import { fetchFiles } from './fetch-files.ts';
import { LOCK_LISTS, listInstalled } from './list-installed.ts';
import { planInstall } from './plan-install.ts';
import { dnfFolders, queryDnf, toOffer, updatesAnswer } from './query-dnf.ts';

/** `dnf makecache` into the agent's own folder; a repository that cannot be had is an error, whatever its settings say. */
async function refreshLists(folder: string) {
  const folders = dnfFolders(folder);
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true });
  const settings = Object.entries({ ...folders, '*.skip_if_unavailable': '0' }).map(
    ([key, value]) => `--setopt=${key}=${value}`,
  );
  const result = await runCommand('dnf', ['-q', '--noplugins', ...settings, 'makecache', '--refresh'], {
    timeout_seconds: 300,
    env: { HOME: folder },
  });
  return writeListsStatus(join(folder, 'dnf'), 'dnf makecache', result);
}

async function listUpdates(folder: string, installed: Installed): Promise<AvailableUpdate[]> {
  const answer = await queryDnf(folder, { do: 'updates' }, updatesAnswer);
  const offers = answer.offers.map(toOffer);
  return answer.candidates.map(toOffer).flatMap((candidate) => {
    const now = findInstalledRpm(installed.software, candidate);
    if (now === null) return [];
    const is_held = installed.held.has(`${now.name}:${now.architecture}`);
    return [describeUpdate(now, candidate, { offers, is_held, has_advisories: answer.has_advisories })];
  });
}

/** Changes when rpm's database, dnf's settings or the agent's lists changed. */
function changeMark(folder: string): string {
  const { cachedir } = dnfFolders(folder);
  const paths = [...RPM_DATABASES, '/etc/dnf/dnf.conf', '/etc/yum.repos.d', ...LOCK_LISTS, cachedir];
  return markOf([...paths, join(folder, 'dnf/lists-status.json')]);
}

/** Fedora, RHEL and its kin, up to dnf 4: dnf(8), rpm(8). */
export const dnf = {
  id: 'dnf',
  isPresent: () => Promise.resolve(existsSync('/usr/bin/dnf') && RPM_DATABASES.some((path) => existsSync(path))),
  listInstalled,
  refreshLists,
  readListsStatus: (folder) => readListsStatus(join(folder, 'dnf')),
  listUpdates,
  readChangelogs: () => Promise.resolve(false),
  plan: planInstall,
  fetchFiles,
  changeMark,
} as const satisfies PackageManager;
