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
  /** In the order of the sorted lines. */
  ids: Uint32Array;
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
const MAX_LINES = 1_000_000;
/** Four bytes a package, since their lines are those of the dictionary. */
const MAX_SETS = 20_000;
const MAX_WHOLES = 24;

/** Opens the library on a database; nothing in it is not in the database too. */
export function openSoftwareLibrary(db: Db): SoftwareLibrary {
  const ids = new Map<string, number>();
  const texts = new Map<number, string>();
  const sets = new Map<string, Uint32Array>();
  let wholes: Map<string, readonly number[]> | null = null;

  function learn(found: ReadonlyMap<string, number>): void {
    if (ids.size + found.size > MAX_LINES) for (const each of [ids, texts, sets]) each.clear();
    for (const [line, id] of found) {
      ids.set(line, id);
      texts.set(id, line);
    }
  }
  /** Looks up, together, the lines that several reports bring; then adds, together, what nobody had. */
  const find = inBatches<readonly string[], ReadonlyMap<string, number>>(64, async (asked) => {
    const found = await findSoftwareIds(db, [...new Set(asked.flat())]);
    learn(found);
    return asked.map(() => found);
  });
  const add = inBatches<readonly string[], ReadonlyMap<string, number>>(64, async (asked) => {
    const wanted = [...new Set(asked.flat())].sort();
    const made = await insertSoftware(db, wanted);
    // What another process added at the same time.
    const others = await findSoftwareIds(
      db,
      wanted.filter((line) => !made.has(line)),
    );
    const all = new Map([...made, ...others]);
    learn(all);
    return asked.map(() => all);
  });

  /** The id of each line, as numbers in their order. */
  async function idsOf(lines: readonly string[], allow: (newLines: number) => boolean): Promise<Uint32Array | null> {
    const result = new Uint32Array(lines.length);
    const take = (found: ReadonlyMap<string, number>) => {
      const missing: string[] = [];
      for (const [at, line] of lines.entries()) {
        if (result[at] !== 0) continue;
        const id = found.get(line);
        if (id === undefined) missing.push(line);
        else result[at] = id;
      }
      return missing;
    };
    let missing = take(ids);
    if (missing.length > 0) missing = take(await find(missing));
    if (missing.length > 0 && !allow(missing.length)) return null;
    if (missing.length > 0) take(await add(missing));
    return result;
  }

  async function read(digest: string): Promise<readonly string[] | null> {
    const software = await readSetSoftware(db, digest);
    return software?.map(softwareLine).sort() ?? null;
  }

  return {
    async lines(digest) {
      const held = sets.get(digest);
      if (held === undefined) return read(digest);
      const lines: string[] = [];
      // A fifth of what Array.from takes, of 800 for each changed check-in.
      for (const id of held) lines.push(texts.get(id) ?? '');
      return lines;
    },
    async prepare(digest, lines, allow) {
      const found = await idsOf(lines, allow);
      if (found === null) return null;
      wholes ??= await readWholeSets(db, MAX_WHOLES);
      const sorted = Array.from(found.toSorted());
      return { digest, ...compactSet(sorted, wholes), package_count: lines.length, ids: found };
    },
    remember(stored) {
      for (const { digest, base, added, ids: members } of stored) {
        // A dictionary that was forgotten meanwhile could not spell it out.
        if (members.every((id) => texts.has(id))) sets.set(digest, members);
        if (base === null) wholes?.set(digest, added);
      }
      dropOldest(wholes ?? new Map(), MAX_WHOLES);
      dropOldest(sets, MAX_SETS);
    },
  };
}

function dropOldest(map: Map<string, unknown>, limit: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}
