import {
  emptyInventory,
  type Installed,
  type InstalledInventory,
  installed,
  type OperatingSystem,
} from '../installed.ts';
import { platformsOf } from '../platforms.ts';
import { readPurl } from '../read-purl.ts';

/** One entry of an SBOM, as far as it tells what is installed. */
export interface SbomEntry {
  name: string | null;
  version: string | null;
  purl: string | null;
  cpe: string | null;
  /** What stands beside the package URL: its source, its module. */
  more: Partial<Pick<Installed, 'source' | 'source_version' | 'module'>>;
}

/** An SBOM's packages as they are read; the system is known once all are. */
export interface SbomBuilder {
  os: OperatingSystem | null;
  packages: { installed: Installed; os: OperatingSystem | null }[];
  unidentified: number;
}

/** Adds an entry by its package URL, or by its CPE where it has none; one that has neither is only counted. */
export function addEntry(builder: SbomBuilder, { name, version, purl, cpe, more }: SbomEntry): void {
  const read = purl === null ? null : readPurl(purl);
  if (read !== null) {
    const own = read.installed.ecosystem === null ? more : {};
    builder.packages.push({ installed: { ...read.installed, ...own, cpe }, os: read.os });
  } else if (cpe !== null && name !== null && version !== null) {
    builder.packages.push({ installed: installed(name, version, { ecosystem: 'generic', cpe }), os: null });
  } else builder.unidentified++;
}

/**
 * The inventory of what was read. Its system is the one that is named, or else the one that most packages say they belong to;
 * what belongs to another is left out and counted, since this system's advisories say nothing of it.
 */
export function finishSbom({ os: named, packages, unidentified }: SbomBuilder): InstalledInventory {
  const os = named ?? mostCommon(packages.flatMap((each) => each.os ?? []));
  const own = new Set(platformsOf({ os }));
  const isForeign = (each: OperatingSystem | null) =>
    each !== null && !platformsOf({ os: each }).some((name) => own.has(name));
  const kept = packages.filter((each) => !isForeign(each.os)).map((each) => each.installed);
  return { ...emptyInventory(os), packages: kept, unidentified: unidentified + packages.length - kept.length };
}

function mostCommon(systems: readonly OperatingSystem[]): OperatingSystem | null {
  const counts = new Map<string, { os: OperatingSystem; count: number }>();
  for (const os of systems) {
    const key = `${os.family}\n${os.release}`;
    counts.set(key, { os, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.os ?? null;
}
