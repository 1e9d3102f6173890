import type { Output } from '@fleetmend/api/client.ts';

type Change = Output<'readChange'>;
export type Document = NonNullable<Change['document']>;
export type Target = Document['targets'][number];
export type Operation = Target['operations'][number];

export interface PlanCounts {
  machines: number;
  packages: number;
  /** Installed anew because a dependency asks for it. */
  added: number;
  /** Bytes to fetch, over all machines. */
  bytes: number;
  /** Machines whose packages cannot be taken back. */
  without_rollback: number;
}

/** The size of a plan, counted from the document that is signed and nothing else. */
export function countPlan(document: Document): PlanCounts {
  const counts: PlanCounts = { machines: 0, packages: 0, added: 0, bytes: 0, without_rollback: 0 };
  for (const target of document.targets) {
    counts.machines++;
    if (target.rollback.class === 'none') counts.without_rollback++;
    for (const operation of target.operations) {
      counts.packages++;
      if (operation.from === null) counts.added++;
      counts.bytes += operation.size;
    }
  }
  return counts;
}

/** The plan in one sentence. */
export function planSentence(document: Document): string {
  const { machines, packages, added, without_rollback } = countPlan(document);
  const parts = [`Moves ${plural(packages, 'package')} on ${plural(machines, 'machine')}`];
  parts.push(`in ${plural(document.rings.length, 'ring')}`);
  if (added > 0) parts.push(`with ${plural(added, 'new dependency', 'new dependencies')}`);
  const back =
    without_rollback === 0
      ? 'Every machine can be taken back by downgrade.'
      : `${plural(without_rollback, 'machine')} cannot be taken back.`;
  return `${parts.join(', ')}. ${back}`;
}

/** A count with its noun. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Bytes as people read them, in powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = new Intl.NumberFormat('en', { maximumFractionDigits: power === 0 ? 0 : 1 }).format(
    bytes / 1000 ** power,
  );
  return `${value} ${units[power]}`;
}
