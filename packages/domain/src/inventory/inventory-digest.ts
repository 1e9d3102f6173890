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
  const sorted = [...new Set(lines)].sort();
  return toHex(sha256(sorted.map((line) => `${line}\n`).join('')));
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
