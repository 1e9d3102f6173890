import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { runCommand } from '../../platform/run-command.ts';
import { parseJson } from '../parse-json.ts';
import { type Device, parseDevices, parseUrgencies } from './parse-devices.ts';

/** What the daemon says in JSON. @throws Error in its own words. */
async function ask(...args: string[]): Promise<string> {
  const result = await runCommand('fwupdmgr', [...args, '--json'], { timeout_seconds: 60 });
  if (result.code === 0) return result.stdout.toString('utf8');
  throw new Error(`fwupdmgr ${args[0]} failed: ${(result.stderr || result.stdout.toString('utf8')).trim()}`);
}

export async function readDevices(): Promise<Device[]> {
  return parseDevices(await ask('get-devices'));
}

/** How urgent each firmware for a device is, by version. */
export async function readUrgencies(device: Device): Promise<Map<string, string>> {
  const call = ['--json=short', 'call', 'org.freedesktop.fwupd', '/', 'org.freedesktop.fwupd', 'GetReleases', 's'];
  const result = await runCommand('busctl', [...call, device.id], { timeout_seconds: 60 });
  return result.code === 0 ? parseUrgencies(result.stdout.toString('utf8')) : new Map();
}

/** The devices that a file is for, each with the version in the file. Nothing is changed by asking. */
export async function readFile(path: string): Promise<Device[]> {
  return parseDevices(await ask('get-details', path));
}

const remotesSchema = z.object({
  Remotes: z.array(
    z.object({ Id: z.string(), Kind: z.string(), Enabled: z.boolean(), FilenameCache: z.string(), Mtime: z.number() }),
  ),
});
export type Remote = z.infer<typeof remotesSchema>['Remotes'][number];

export async function readRemotes(): Promise<Remote[]> {
  return parseJson(remotesSchema, await ask('get-remotes')).Remotes.filter(({ Enabled }) => Enabled);
}

/** Where a firmware is fetched from: a remote on a disk names its files beside its list. */
export function resolveLocation(remotes: readonly Remote[], id: string, location: string): string {
  if (URL.canParse(location)) return location;
  const remote = remotes.find(({ Id, Kind }) => Id === id && Kind !== 'download');
  return remote === undefined ? location : pathToFileURL(join(dirname(remote.FilenameCache), location)).href;
}
