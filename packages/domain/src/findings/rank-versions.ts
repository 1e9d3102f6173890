import type { VersionScheme } from '../versions/registry.ts';

/**
 * The order of a scheme over these texts alone, as numbers: each text is read once, and what is equal has one rank. A text
 * that is not among them cannot be read.
 */
export function rankVersions<V>({ parse, compare }: VersionScheme<V>, texts: Iterable<string>): VersionScheme<number> {
  const read: { text: string; version: V }[] = [];
  for (const text of new Set(texts)) {
    const version = parse(text);
    if (version !== null) read.push({ text, version });
  }
  read.sort((a, b) => compare(a.version, b.version));
  const ranks = new Map<string, number>();
  let rank = 0;
  let last: V | undefined;
  for (const { text, version } of read) {
    if (last !== undefined && compare(last, version) !== 0) rank++;
    last = version;
    ranks.set(text, rank);
  }
  return { parse: (text) => ranks.get(text) ?? null, compare: compareRanks };
}

function compareRanks(a: number, b: number): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
