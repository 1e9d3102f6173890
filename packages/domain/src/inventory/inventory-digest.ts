import { toHex } from '../access/bytes.ts';
import type { Cryptography } from '../access/cryptography.ts';
import type { Software } from './asset.ts';

/**
 * One installed package on one line. No field may hold a tab or a newline: the schema at each boundary refuses them. The
 * module stands at the end of those lines alone that have one, so all others are as they were before there were modules.
 */
export function softwareLine(software: Software): string {
  const { ecosystem, name, version, architecture, source, source_version, module } = software;
  const fields = [ecosystem, name, version, architecture, source, source_version];
  return (module === null ? fields : [...fields, module]).join('\t');
}

/**
 * The address of an inventory: SHA-256 over its sorted, distinct lines, each ended by a newline. Two machines with the
 * same packages have the same digest, whatever order they list them in.
 */
export function inventoryDigest(lines: Iterable<string>, sha256: Cryptography['sha256']): string {
  return digestOfSorted(sortedLines([...lines]), sha256);
}

/** The same of lines that are sorted and distinct already. */
export function digestOfSorted(sorted: readonly string[], sha256: Cryptography['sha256']): string {
  return toHex(sha256(sorted.length === 0 ? '' : `${sorted.join('\n')}\n`));
}

/** Lines sorted and distinct; most come so, and are only looked at. */
export function sortedLines(lines: readonly string[]): readonly string[] {
  const isSorted = lines.every((line, at) => at === 0 || (lines[at - 1] ?? '') < line);
  return isSorted ? lines : [...new Set(lines)].sort();
}

/** What sorted lines become without those at some places and with others; sorted again, at the cost of one pass. */
export function changeLines(
  before: readonly string[],
  { removed, added }: { removed: readonly number[]; added: readonly string[] },
): string[] {
  const gone = new Set(removed);
  const fresh = sortedLines(added);
  const after: string[] = [];
  let next = 0;
  for (const [place, line] of before.entries()) {
    if (gone.has(place)) continue;
    for (let other = fresh[next]; other !== undefined && other <= line; other = fresh[++next])
      if (other !== line) after.push(other);
    after.push(line);
  }
  return [...after, ...fresh.slice(next)];
}

/** What turns one inventory into another: the lines to take away and the lines to add. */
export function inventoryDelta(from: readonly string[], to: readonly string[]): { removed: string[]; added: string[] } {
  const before = new Set(from);
  const after = new Set(to);
  return {
    removed: [...before].filter((line) => !after.has(line)),
    added: [...after].filter((line) => !before.has(line)),
  };
}
