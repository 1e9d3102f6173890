import { join } from 'node:path';
import { availableUpdate, software as softwareSchema } from '@fleetmend/api/inventory.ts';
import type { AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import type { Ecosystem } from '@fleetmend/domain/versions/ecosystems.ts';
import { runCommand } from '../platform/run-command.ts';
import { markOf } from './change-mark.ts';
import { readListsStatus, writeListsStatus } from './lists-status.ts';
import type { Installed, ListsStatus, PackageManager } from './package-manager.ts';

/** What a manager that is only observed has to know: what is there, and what its own lists offer instead. */
export interface Observed {
  id: string;
  isPresent(): boolean;
  listInstalled(): Promise<Installed>;
  listUpdates(installed: Installed): Promise<AvailableUpdate[]>;
  /** When its own lists were fetched; left out where it asks its source each time it is asked. */
  fetchedAt?: () => string | null;
  /** Files and folders that change with what is installed or on offer. */
  marks: readonly string[];
}

/**
 * A package manager that is only looked at. Nothing it offers can be pinned to a digest before it is approved, so nothing
 * is planned; its lists are its own, as fresh as it keeps them.
 */
export function observed(parts: Observed): PackageManager {
  const { id, isPresent, listInstalled, listUpdates, marks } = parts;
  const own = (folder: string) => join(folder, id);
  const asKept = (status: ListsStatus) =>
    parts.fetchedAt === undefined ? status : { ...status, refreshed_at: parts.fetchedAt() };
  return {
    id,
    isPresent: () => Promise.resolve(isPresent()),
    listInstalled,
    refreshLists: (folder) =>
      Promise.resolve(asKept(writeListsStatus(own(folder), id, { code: 0, stderr: '', timed_out: false }))),
    readListsStatus: (folder) => asKept(readListsStatus(own(folder))),
    listUpdates: (_, installed) => listUpdates(installed),
    readChangelogs: () => Promise.resolve(false),
    plan: () => Promise.resolve({ outcome: 'impossible', reason: `${id} is only observed` }),
    fetchFiles: () =>
      Promise.resolve({ files: new Map(), error: { code: 'download-failed', detail: `${id} is only observed` } }),
    changeMark: (folder) => markOf([...marks, join(own(folder), 'lists-status.json')]),
  };
}

/** What a tool prints. @throws Error in its own words when it fails. */
export async function outputOf(
  command: string,
  args: readonly string[],
  accepted: readonly number[] = [0],
): Promise<string> {
  const result = await runCommand(command, args);
  if (result.code !== null && accepted.includes(result.code)) return result.stdout.toString('utf8');
  throw new Error(`${command} ${args[0]} ended with ${result.code}: ${result.stderr.trim().slice(-500)}`);
}

/** A name that people gave, with blanks in it, as the name of a package. */
export function wordOf(name: string): string {
  return name.trim().replace(/\s+/g, '_');
}

/** One thing that is installed; nothing for what cannot be carried. */
export function statedSoftware(
  ecosystem: Ecosystem,
  {
    name,
    version,
    architecture = 'all',
    source = name,
    source_version = version,
  }: { name: string; version: string; architecture?: string; source?: string; source_version?: string },
): Software[] {
  const entry = softwareSchema.safeParse({
    ecosystem,
    name,
    version,
    architecture,
    source,
    source_version,
    module: null,
  });
  return entry.success ? [entry.data] : [];
}

/** An update of something that is installed, where nobody says which updates are fixes; nothing where it is not installed. */
export function plainUpdate(
  now: Software | undefined,
  { version, origin, is_held = false }: { version: string; origin: string; is_held?: boolean },
): AvailableUpdate[] {
  if (now === undefined || version === now.version) return [];
  const update = availableUpdate.safeParse({
    ecosystem: now.ecosystem,
    name: now.name,
    architecture: now.architecture,
    installed_version: now.version,
    candidate_version: version,
    source: now.source,
    source_installed_version: now.source_version,
    source_candidate_version: version,
    origin,
    suite: origin,
    is_security: false,
    is_held,
    size: null,
    sha256: null,
    fix_version: null,
    advisories: [],
    severity: null,
    changelog_cves: null,
  });
  return update.success ? [update.data] : [];
}
