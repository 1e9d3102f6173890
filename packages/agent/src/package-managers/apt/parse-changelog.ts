import { compareDeb, parseDeb } from '@fleetmend/domain/versions/deb.ts';

/** One entry of a debian/changelog, with the CVE ids its text names. */
export interface ChangelogEntry {
  version: string;
  cves: string[];
}

const HEADER = /^[a-z0-9][a-z0-9+.-]* \(([^()\s]+)\)/;
const CVE = /\bCVE-\d{4}-\d{4,19}\b/g;

/** Reads a debian/changelog (deb-changelog(5)); text before the first header is ignored. */
export function parseChangelog(text: string): ChangelogEntry[] {
  const entries: ChangelogEntry[] = [];
  let named = new Set<string>();
  for (const line of text.split('\n')) {
    const version = HEADER.exec(line)?.[1];
    if (version !== undefined) {
      named = new Set();
      entries.push({ version, cves: [] });
      continue;
    }
    const last = entries.at(-1);
    if (!last) continue;
    for (const id of line.match(CVE) ?? []) named.add(id);
    last.cves = [...named];
  }
  return entries;
}

/** CVE ids named above the installed version, sorted: what the candidate's own maintainers say it fixes. */
export function cvesAbove(entries: readonly ChangelogEntry[], installedSourceVersion: string): string[] {
  const installed = parseDeb(installedSourceVersion);
  const ids = new Set<string>();
  for (const entry of entries) {
    const version = parseDeb(entry.version);
    if (entry.version === installedSourceVersion) break;
    if (version && installed && compareDeb(version, installed) > 0) for (const id of entry.cves) ids.add(id);
  }
  return [...ids].sort();
}
