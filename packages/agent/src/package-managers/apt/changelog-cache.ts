import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readJsonIfThere, writeDurably } from '../../platform/durable-file.ts';
import { type ChangelogEntry, cvesAbove } from './parse-changelog.ts';

interface SourceVersion {
  source: string;
  source_candidate_version: string;
}

/** A changelog never changes once published, so it is kept under the source and version it belongs to. */
function cachePath(folder: string, update: SourceVersion): string {
  const key = createHash('sha256').update(`${update.source}\n${update.source_candidate_version}`).digest('hex');
  return join(folder, 'changelogs', `${key}.json`);
}

function isEntries(value: unknown): value is ChangelogEntry[] {
  const isEntry = (entry: unknown) =>
    entry !== null && typeof entry === 'object' && 'version' in entry && 'cves' in entry && Array.isArray(entry.cves);
  return Array.isArray(value) && value.every(isEntry);
}

export function readCachedChangelog(folder: string, update: SourceVersion): ChangelogEntry[] | null {
  const value = readJsonIfThere(cachePath(folder, update));
  return isEntries(value) ? value : null;
}

/** Only entries that name a CVE, and all versions, are worth keeping: the text itself can be had again. */
export function storeChangelog(folder: string, update: SourceVersion, entries: readonly ChangelogEntry[]): void {
  writeDurably(cachePath(folder, update), JSON.stringify(entries.slice(0, 500)));
}

/** CVE ids the candidate's changelog names above what is installed; null while no changelog has been read. */
export function cachedCves(
  folder: string,
  update: SourceVersion & { source_installed_version: string },
): string[] | null {
  const entries = readCachedChangelog(folder, update);
  return entries === null ? null : cvesAbove(entries, update.source_installed_version).slice(0, 2000);
}
