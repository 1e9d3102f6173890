import type { Software } from './asset.ts';

/** One package that is not as it was; several versions of one are installed side by side (kernels). */
export interface SoftwareChange {
  ecosystem: string;
  name: string;
  architecture: string;
  before: string[];
  after: string[];
}

/** What was installed, removed and changed between two inventories, by name. */
export function diffSoftware(before: readonly Software[], after: readonly Software[]): SoftwareChange[] {
  const changes = new Map<string, SoftwareChange>();
  for (const [side, list] of [
    ['before', before],
    ['after', after],
  ] as const) {
    for (const { ecosystem, name, architecture, version } of list) {
      const key = [name, architecture, ecosystem].join('\n');
      const change = changes.get(key) ?? { ecosystem, name, architecture, before: [], after: [] };
      if (!change[side].includes(version)) change[side].push(version);
      changes.set(key, change);
    }
  }
  return [...changes]
    .filter(([, { before: old, after: now }]) => old.toSorted().join('\n') !== now.toSorted().join('\n'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => change);
}
