import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { writeDurably } from '../../platform/durable-file.ts';
import { log } from '../../platform/log.ts';
import { runCommand } from '../../platform/run-command.ts';
import { markOf } from '../change-mark.ts';
import { readListsStatus } from '../lists-status.ts';
import type { Installed, ListsStatus, PackageManager } from '../package-manager.ts';
import { describeDevice, describeUpdate } from './describe-device.ts';
import { fetchFiles } from './fetch-files.ts';
import { planInstall } from './plan-install.ts';
import { readDevices, readRemotes, readUrgencies } from './read-devices.ts';

/** Whether a unit with these settings does not start in a container; an empty setting takes back those before it (systemd.unit(5)). */
export function isKeptOutOfContainers(unit: string): boolean {
  const conditions = [...unit.matchAll(/^ConditionVirtualization=(.*)$/gm)].map(([, value = '']) => value.trim());
  return conditions.slice(conditions.lastIndexOf('') + 1).some((value) => value === '!container' || value === 'no');
}

/**
 * Whether the daemon is there and answers. In a container it mostly refuses to start, since the devices there are another
 * machine's, and whoever asks waits half a minute for nothing. What does not answer at the start is left out, and that is said.
 */
async function isPresent(): Promise<boolean> {
  if (!existsSync('/usr/bin/fwupdmgr')) return false;
  if (existsSync('/run/systemd/container')) {
    const unit = await runCommand('systemctl', ['cat', 'fwupd.service']);
    if (unit.code !== 0 || isKeptOutOfContainers(unit.stdout.toString('utf8'))) return false;
  }
  try {
    await readDevices();
    return true;
  } catch (error) {
    log('fwupd does not answer: firmware is left out', { error: String(error) });
    return false;
  }
}

async function listInstalled(): Promise<Installed> {
  const software = (await readDevices()).flatMap((device) => describeDevice(device) ?? []);
  return { software, unfinished: [], held: new Set() };
}

async function listUpdates(): Promise<AvailableUpdate[]> {
  const updates: AvailableUpdate[] = [];
  for (const device of await readDevices()) {
    const update = device.releases.length === 0 ? null : describeUpdate(device, await readUrgencies(device));
    if (update !== null) updates.push(update);
  }
  return updates;
}

const STALE_DAYS = 30;

/** The lists are the daemon's, fetched and proven by its own timer; one that has grown old is said. */
async function refreshLists(folder: string): Promise<ListsStatus> {
  const old = (await readRemotes())
    .filter(({ Kind, Mtime }) => Kind === 'download' && Mtime * 1000 < Date.now() - STALE_DAYS * 86_400_000)
    .map(({ Id }) => Id);
  const words = `what fwupd knows of ${old.join(', ')} is older than ${STALE_DAYS} days: fwupd-refresh.timer fetches it`;
  const status = { refreshed_at: new Date().toISOString(), error: old.length === 0 ? null : words };
  writeDurably(statusPath(folder), JSON.stringify(status));
  return status;
}

function ownFolder(folder: string): string {
  return join(folder, 'fwupd');
}

function statusPath(folder: string): string {
  return join(ownFolder(folder), 'lists-status.json');
}

/** The firmware of devices: fwupdmgr(1). */
export const fwupd = {
  id: 'fwupd',
  isPresent,
  listInstalled,
  refreshLists,
  readListsStatus: (folder) => readListsStatus(ownFolder(folder)),
  listUpdates,
  readChangelogs: () => Promise.resolve(false),
  plan: (_, packages) => planInstall(packages),
  fetchFiles,
  // Each firmware that is written, and each list that is fetched, is kept here by the daemon.
  changeMark: (folder) => markOf(['/var/lib/fwupd/pending.db', '/var/lib/fwupd/metadata', statusPath(folder)]),
} as const satisfies PackageManager;
