import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const INDEX = fileURLToPath(
  new URL('../../../shared/data/debian/debian_security_suites_index.tsv.gz', import.meta.url),
);

export interface Packages {
  /** Where they are from, in words. */
  origin: string;
  /** Lines of an inventory, a package name once. */
  lines: string[];
}

/** Real Debian packages where the data lie beside the repository, else made ones with names and versions as long. */
export function readPackages(): Packages {
  if (!existsSync(INDEX)) return { origin: 'made', lines: madeLines() };
  const rows = gunzipSync(readFileSync(INDEX)).toString('utf8').split('\n').slice(1);
  const byName = new Map<string, string>();
  for (const row of rows) {
    const [, name, version, architecture, source] = row.split('\t');
    if (name === undefined || version === undefined || architecture === undefined || byName.has(name)) continue;
    byName.set(name, lineOf(name, version, architecture, source ?? ''));
  }
  return { origin: 'Debian security indices', lines: [...byName.values()] };
}

function lineOf(name: string, version: string, architecture: string, source: string): string {
  const [sourceName = '', sourceVersion = ''] = source.replace(/[()]/g, '').split(' ');
  return ['deb', name, version, architecture, sourceName || name, sourceVersion || version].join('\t');
}

function madeLines(): string[] {
  return Array.from({ length: 5000 }, (_, at) => {
    const source = `source-package-${Math.floor(at / 3)}`;
    const version = `${at % 9}.${at % 23}.${at % 7}-${at % 5}+deb12u1`;
    return ['deb', `${source}-part${at % 3}`, version, 'amd64', source, version].join('\t');
  });
}

/** The same package in its n-th later version. */
export function upgraded(line: string, times: number): string {
  const [ecosystem, name, version, architecture, source, sourceVersion] = line.split('\t');
  return [ecosystem, name, `${version}+u${times}`, architecture, source, `${sourceVersion}+u${times}`].join('\t');
}

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many of a list, none twice, in random order. */
export function pick<Item>(items: readonly Item[], count: number, random: () => number): Item[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, items.length) }, () => {
    const at = Math.floor(random() * left.length);
    const [item] = left.splice(at, 1);
    return item as Item;
  });
}
