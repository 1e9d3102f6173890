import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { markOf } from '../change-mark.ts';
import { fetchIntoStore } from '../fetch-into-store.ts';
import { readListsStatus, writeListsStatus } from '../lists-status.ts';
import type { Fetched, Installed, PackageManager } from '../package-manager.ts';
import { describeUpdate, findInstalledRpm } from '../rpm/offers.ts';
import { readOffers } from '../rpm/read-repodata.ts';
import { RPM_DATABASES } from '../rpm/rpm-changer.ts';
import { LOCK_LIST, listInstalled } from './list-installed.ts';
import { runZypper, zypperFolders } from './own-root.ts';
import { parseUpdates, readComplaints } from './parse-output.ts';
import { planInstall, zypperName } from './plan-install.ts';

async function refreshLists(folder: string) {
  const own = join(folder, 'zypper');
  mkdirSync(own, { recursive: true });
  const result = await runZypper(folder, ['refresh']);
  const stderr = readComplaints(result.stdout.toString('utf8')) || result.stderr;
  return writeListsStatus(own, 'zypper refresh', { ...result, stderr });
}

/** What zypper itself would update, each with its digest and advisories from the same indexes. */
async function listUpdates(folder: string, installed: Installed): Promise<AvailableUpdate[]> {
  const result = await runZypper(folder, ['list-updates'], ['--no-refresh']);
  const text = result.stdout.toString('utf8');
  if (result.code !== 0) throw new Error(`zypper list-updates failed: ${readComplaints(text) || result.stderr}`);
  const listed = parseUpdates(text).filter(({ kind }) => kind === 'package');
  const { offers, has_advisories } = await readOffers(
    zypperFolders(folder).raw,
    new Set(listed.map(({ name }) => name)),
  );
  return listed.flatMap(({ name, architecture, edition }) => {
    const now = findInstalledRpm(installed.software, { name, architecture });
    const candidate = offers.find(
      (offer) => offer.name === name && offer.architecture === architecture && offer.version === edition,
    );
    if (now === null || candidate === undefined) return [];
    const is_held = installed.held.has(`${now.name}:${now.architecture}`);
    return [describeUpdate(now, candidate, { offers, is_held, has_advisories })];
  });
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.rpm'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Downloads by zypper, of each name all the versions that are asked for and not the best alone; zypper checks each signature as the repository's settings ask. */
function fetchFiles(folder: string, operations: readonly Operation[]): Promise<Fetched> {
  return fetchIntoStore(folder, operations, async (wanted, spool) => {
    const names = wanted.map((each) => zypperName({ ...each, name: each.package, version: each.to }));
    const result = await runZypper(
      folder,
      ['download', '--all-matches', '--', ...names],
      ['--no-refresh', '--pkg-cache-dir', spool],
    );
    const errors = result.code === 0 ? [] : [readComplaints(result.stdout.toString('utf8')) || result.stderr];
    return { paths: filesBelow(spool), errors };
  });
}

/** Changes when rpm's database, zypper's settings or the agent's lists changed. */
function changeMark(folder: string): string {
  return markOf([...RPM_DATABASES, '/etc/zypp/repos.d', LOCK_LIST, join(folder, 'zypper/lists-status.json')]);
}

/** openSUSE and SUSE Linux Enterprise: zypper(8). */
export const zypper = {
  id: 'zypper',
  isPresent: () => Promise.resolve(existsSync('/usr/bin/zypper') && RPM_DATABASES.some((path) => existsSync(path))),
  listInstalled,
  refreshLists,
  readListsStatus: (folder) => readListsStatus(join(folder, 'zypper')),
  listUpdates,
  readChangelogs: () => Promise.resolve(false),
  plan: planInstall,
  fetchFiles,
  changeMark,
} as const satisfies PackageManager;
