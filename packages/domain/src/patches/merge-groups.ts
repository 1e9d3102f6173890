import type { PatchGroup, PatchPackage } from './group-updates.ts';

/** Adds what another asset is offered to what is kept of a patch; null when that adds nothing. */
export function mergeGroups(kept: PatchGroup, offered: PatchGroup): PatchGroup | null {
  const origins = union(kept.origins, offered.origins);
  const packages = new Map(kept.packages.map((each) => [packageKey(each), each]));
  let isChanged = origins.length > kept.origins.length || (offered.is_security && !kept.is_security);
  for (const each of offered.packages) {
    const before = packages.get(packageKey(each));
    const from_versions = union(before?.from_versions ?? [], each.from_versions);
    if (from_versions.length === before?.from_versions.length) continue;
    isChanged = true;
    packages.set(packageKey(each), { ...each, from_versions });
  }
  if (!isChanged) return null;
  const sorted = [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  return { ...kept, origins, packages: sorted, is_security: kept.is_security || offered.is_security };
}

function packageKey({ name, architecture, to_version }: PatchPackage): string {
  return `${name}\n${architecture}\n${to_version}`;
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].sort();
}
