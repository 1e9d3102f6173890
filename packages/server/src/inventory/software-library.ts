import { compactSet } from '@fleetmend/domain/inventory/compact-set.ts';
import { softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { inBatches } from '../platform/batch.ts';
import type { Db } from '../platform/database.ts';
import { findSoftwareIds, insertSoftware, readSetSoftware, readWholeSets } from './software.store.ts';

/** An inventory as it will be stored. */
export interface PreparedSet {
  digest: string;
  base: string | null;
  added: readonly number[];
  without: readonly number[];
  package_count: number;
  lines: readonly string[];
}

/** What this process remembers of packages and inventories, so that a report costs the database what is new in it. */
export interface SoftwareLibrary {
  /** The sorted lines of a stored inventory, or null when nothing is stored under the digest. */
  lines(digest: string): Promise<readonly string[] | null>;
  /**
   * Makes an inventory ready to be stored; lines nobody had before become dictionary entries at once.
   * @param allow is asked whether so many new entries may be made; null when it says no.
   */
  prepare(digest: string, lines: readonly string[], allow: (newLines: number) => boolean): Promise<PreparedSet | null>;
  /** Remembers inventories that have been stored. */
  remember(sets: readonly PreparedSet[]): void;
}

/** Some 200 bytes each; when there are more, all are forgotten and the database is asked again. */
const MAX_IDS = 1_000_000;
const MAX_SETS = 4000;
const MAX_WHOLES = 24;

/** Opens the library on a database; nothing in it is not in the database too. */
export function openSoftwareLibrary(db: Db): SoftwareLibrary {
  const ids = new Map<string, number>();
  const sets = new Map<string, readonly string[]>();
  let wholes: Map<string, readonly number[]> | null = null;

  const learn = (found: ReadonlyMap<string, number>) => {
    if (ids.size + found.size > MAX_IDS) ids.clear();
    for (const [line, id] of found) ids.set(line, id);
  };
  /** Looks up, together, the lines that several reports bring; then adds, together, what nobody had. */
  const find = inBatches<readonly string[], ReadonlyMap<string, number>>(64, async (asked) => {
    const wanted = [...new Set(asked.flat())].filter((line) => !ids.has(line));
    const found = await findSoftwareIds(db, wanted);
    learn(found);
    return asked.map((lines) => new Map(lines.flatMap((line) => pair(line, found.get(line) ?? ids.get(line)))));
  });
  const add = inBatches<readonly string[], ReadonlyMap<string, number>>(64, async (asked) => {
    const wanted = [...new Set(asked.flat())].sort();
    await insertSoftware(db, wanted);
    const found = await findSoftwareIds(db, wanted);
    learn(found);
    return asked.map(() => found);
  });

  async function idsOf(lines: readonly string[], allow: (newLines: number) => boolean): Promise<number[] | null> {
    const result = new Map<string, number>(lines.flatMap((line) => pair(line, ids.get(line))));
    const unknown = lines.filter((line) => !result.has(line));
    if (unknown.length > 0) {
      for (const [line, id] of await find(unknown)) result.set(line, id);
      const missing = unknown.filter((line) => !result.has(line));
      if (missing.length > 0) {
        if (!allow(missing.length)) return null;
        for (const [line, id] of await add(missing)) result.set(line, id);
      }
    }
    return lines.map((line) => result.get(line) ?? 0).sort((a, b) => a - b);
  }

  return {
    async lines(digest) {
      const held = sets.get(digest);
      if (held !== undefined) return held;
      return (await readSetSoftware(db, digest))?.map(softwareLine).sort() ?? null;
    },
    async prepare(digest, lines, allow) {
      const found = await idsOf(lines, allow);
      if (found === null) return null;
      wholes ??= await readWholeSets(db, MAX_WHOLES);
      return { digest, ...compactSet(found, wholes), package_count: lines.length, lines };
    },
    remember(stored) {
      for (const { digest, base, added, lines } of stored) {
        sets.set(digest, lines);
        if (base === null) wholes?.set(digest, added);
      }
      for (const oldest of wholes?.keys() ?? []) if ((wholes?.size ?? 0) > MAX_WHOLES) wholes?.delete(oldest);
      for (const oldest of sets.keys()) {
        if (sets.size <= MAX_SETS) break;
        sets.delete(oldest);
      }
    },
  };
}

function pair(line: string, id: number | undefined): [string, number][] {
  return id === undefined ? [] : [[line, id]];
}
