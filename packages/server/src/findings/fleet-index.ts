/** Which assets have which software, in memory: sets of packages by number, and the assets that point at them. */
export interface FleetIndex {
  /** Whether a set is known; `digest` is any text that names it. */
  hasSet(digest: string): boolean;
  /** Adds a set: all its software ids, or what it adds to a known set and leaves out of it. */
  addSet(digest: string, set: { base: string | null; ids: readonly number[]; without: readonly number[] }): void;
  /** Says what an asset has now (null: nothing that counts, as when it is retired) and on which system. */
  place(asset: string, system: string, digest: string | null): void;
  /** The assets of a system that have any of this software, in the order in which they were first placed. */
  assetsWith(system: string, software: Iterable<number>): string[];
  /** How many those are. */
  countWith(system: string, software: Iterable<number>): number;
  /** Every system that an asset has been on. */
  systems(): string[];
}

const NONE = -1;

/**
 * An index that answers from counts: what a set has of the software asked for is what its base has, less what it leaves out,
 * plus what it adds. Machines made from one image thus cost what they differ by, and an answer one walk over the assets.
 */
export function createFleetIndex(): FleetIndex {
  const setNumbers = new Map<string, number>();
  const bases = new Numbers();
  const having = new Map<number, Numbers>();
  const lacking = new Map<number, Numbers>();
  const counts = new Numbers();
  const assetNumbers = new Map<string, number>();
  const names: string[] = [];
  const setOf = new Numbers();
  const systemOf = new Numbers();
  const systemNumbers = new Map<string, number>();

  function setNumber(digest: string): number {
    const number = setNumbers.get(digest);
    if (number === undefined) throw new Error('a set that is not known was named');
    return number;
  }
  /** Adds to the counts of all sets that have or leave out this software; a second time with the sign turned clears them. */
  function count(software: ReadonlySet<number>, sign: 1 | -1): void {
    for (const id of software) {
      having.get(id)?.each((set) => counts.add(set, sign));
      lacking.get(id)?.each((set) => counts.add(set, -sign));
    }
  }
  function select(system: string, software: Iterable<number>, take: (asset: number) => void): void {
    const wanted = systemNumbers.get(system);
    if (wanted === undefined) return;
    const ids = new Set(software);
    count(ids, 1);
    const [sets, systems, baseOf, having] = [setOf.view(), systemOf.view(), bases.view(), counts.view()];
    for (let asset = 0; asset < sets.length; asset++) {
      const set = sets[asset] ?? NONE;
      if (set === NONE || systems[asset] !== wanted) continue;
      const base = baseOf[set] ?? NONE;
      if ((having[set] ?? 0) + (base === NONE ? 0 : (having[base] ?? 0)) > 0) take(asset);
    }
    count(ids, -1);
  }

  return {
    hasSet: (digest) => setNumbers.has(digest),
    addSet(digest, { base, ids, without }) {
      if (setNumbers.has(digest)) return;
      const number = setNumbers.size;
      const baseNumber = base === null ? NONE : setNumber(base);
      setNumbers.set(digest, number);
      bases.push(baseNumber);
      counts.push(0);
      for (const id of ids) listIn(having, id).push(number);
      for (const id of without) listIn(lacking, id).push(number);
    },
    place(asset, system, digest) {
      const set = digest === null ? NONE : setNumber(digest);
      const known = systemNumbers.get(system) ?? systemNumbers.size;
      systemNumbers.set(system, known);
      const number = assetNumbers.get(asset);
      if (number === undefined) {
        assetNumbers.set(asset, names.length);
        names.push(asset);
        setOf.push(set);
        systemOf.push(known);
      } else {
        setOf.put(number, set);
        systemOf.put(number, known);
      }
    },
    assetsWith(system, software) {
      const found: string[] = [];
      select(system, software, (asset) => found.push(names[asset] ?? ''));
      return found;
    },
    countWith(system, software) {
      let found = 0;
      select(system, software, () => {
        found++;
      });
      return found;
    },
    systems: () => [...systemNumbers.keys()],
  };
}

function listIn(lists: Map<number, Numbers>, key: number): Numbers {
  const there = lists.get(key);
  if (there !== undefined) return there;
  const list = new Numbers();
  lists.set(key, list);
  return list;
}

/** A list of 32-bit integers that grows: four bytes each, and an eighth to spare. */
class Numbers {
  #values = new Int32Array(2);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const wider = new Int32Array(this.#length + Math.max(4, this.#length >> 3));
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length++] = value;
  }
  put(at: number, value: number): void {
    this.#values[at] = value;
  }
  add(at: number, value: number): void {
    this.#values[at] = (this.#values[at] ?? 0) + value;
  }
  each(take: (value: number) => void): void {
    for (let i = 0; i < this.#length; i++) take(this.#values[i] ?? 0);
  }
  /** The values as they are; not to be kept over a push. */
  view(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }
}
