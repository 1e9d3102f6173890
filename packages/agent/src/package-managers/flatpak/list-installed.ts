import { software as softwareSchema } from '@fleetmend/api/inventory.ts';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Installed } from '../package-manager.ts';
import { type InstalledRef, isMasked, nameOf, parseInfo } from './parse-output.ts';

const MAX_REFS = 2000;

async function systemLines(args: readonly string[]): Promise<string[]> {
  const result = await runCommand('flatpak', ['--system', ...args]);
  if (result.code !== 0) throw new Error(`flatpak ${args[0]} failed: ${result.stderr.trim()}`);
  const lines = result.stdout.toString('utf8').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** What stands in the installation for all users; what a person installs for themself alone is not the machine's. */
export async function readInstalledRefs(): Promise<InstalledRef[]> {
  const refs = await systemLines(['list', '--all', '--columns=ref']);
  const found: InstalledRef[] = [];
  for (const ref of refs.slice(0, MAX_REFS)) {
    const result = await runCommand('flatpak', ['--system', 'info', '--', ref]);
    const info = parseInfo(result.stdout.toString('utf8'));
    if (info !== null) found.push(info);
  }
  return found;
}

/** The patterns of what is held back; where there are none, flatpak says so in a sentence. */
export async function readMasks(): Promise<string[]> {
  return (await systemLines(['mask'])).filter((line) => !line.includes(' '));
}

/** A ref as software; null for what we cannot carry. */
export function describeRef({ ref, version, app_version }: InstalledRef): Software | null {
  const { name, id, architecture } = nameOf(ref);
  const entry = softwareSchema.safeParse({
    ecosystem: 'flatpak',
    name,
    version,
    architecture,
    source: id,
    source_version: app_version ?? version,
    module: null,
  });
  return entry.success ? entry.data : null;
}

/** Everything Flatpak has; a run that was cut short leaves nothing half way, since a version is switched to as a whole. */
export async function listInstalled(): Promise<Installed> {
  const installed: Installed = { software: [], unfinished: [], held: new Set() };
  const masks = await readMasks();
  for (const each of await readInstalledRefs()) {
    const found = describeRef(each);
    if (found === null) continue;
    installed.software.push(found);
    if (isMasked(each.ref, masks)) installed.held.add(`${found.name}:${found.architecture}`);
  }
  return installed;
}
