import type { AvailableUpdate } from '../inventory/asset.ts';

/** One binary package that an update of a source package moves, on all assets together. */
export interface PatchPackage {
  name: string;
  architecture: string;
  from_versions: string[];
  to_version: string;
}

/** One update of a source package to one version: the unit of work. */
export interface PatchGroup {
  ecosystem: AvailableUpdate['ecosystem'];
  source: string;
  to_version: string;
  packages: PatchPackage[];
  /** Every repository that offers it, in order. */
  origins: string[];
  is_security: boolean;
}

/** What makes two updates one patch. */
export function patchKey(update: { ecosystem: string; source: string; to_version: string }): string {
  return `${update.ecosystem}\n${update.source}\n${update.to_version}`;
}

/**
 * Groups what can be installed by ecosystem, source package and the source version it leads to. Nothing is dropped and
 * nothing added: the packages of all groups together are exactly the packages that apt lists as upgradable.
 */
export function groupUpdates(updates: Iterable<AvailableUpdate>): Map<string, PatchGroup> {
  const groups = new Map<string, PatchGroup>();
  for (const update of updates) {
    const { ecosystem, source, source_candidate_version: to_version } = update;
    const key = patchKey({ ecosystem, source, to_version });
    const group = groups.get(key) ?? { ecosystem, source, to_version, packages: [], origins: [], is_security: false };
    groups.set(key, group);
    group.is_security ||= update.is_security;
    addSorted(group.origins, update.origin);
    addPackage(group.packages, update);
  }
  for (const { packages } of groups.values()) packages.sort(comparePackages);
  return groups;
}

function addPackage(
  packages: PatchPackage[],
  { name, architecture, installed_version, candidate_version }: AvailableUpdate,
): void {
  const known = packages.find(
    (each) => each.name === name && each.architecture === architecture && each.to_version === candidate_version,
  );
  if (known !== undefined) addSorted(known.from_versions, installed_version);
  else packages.push({ name, architecture, from_versions: [installed_version], to_version: candidate_version });
}

function addSorted(list: string[], value: string): void {
  if (list.includes(value)) return;
  list.push(value);
  list.sort();
}

function comparePackages(a: PatchPackage, b: PatchPackage): number {
  const x = `${a.name}\n${a.architecture}\n${a.to_version}`;
  const y = `${b.name}\n${b.architecture}\n${b.to_version}`;
  if (x === y) return 0;
  return x < y ? -1 : 1;
}
