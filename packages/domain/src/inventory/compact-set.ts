/** How an inventory's ids are stored: whole (`base` null), or as what it adds to a whole one and leaves out of it. */
export interface CompactSet {
  base: string | null;
  added: readonly number[];
  without: readonly number[];
}

/** A difference is worth its look-up only when it is much smaller than the whole. */
const WORTH_SHARE = 0.6;

/**
 * The smallest way to store sorted ids beside the whole sets that are there (digest → sorted ids). A difference is always
 * to a whole set, so none takes more than two rows to read.
 */
export function compactSet(ids: readonly number[], wholes: ReadonlyMap<string, readonly number[]>): CompactSet {
  let best: CompactSet = { base: null, added: ids, without: [] };
  let size = ids.length * WORTH_SHARE;
  for (const [base, whole] of wholes) {
    if (Math.abs(whole.length - ids.length) >= size) continue;
    const { added, without } = difference(ids, whole);
    if (added.length + without.length >= size) continue;
    size = added.length + without.length;
    best = { base, added, without };
  }
  return best;
}

/** What sorted `ids` have that sorted `whole` has not, and the other way round. */
function difference(ids: readonly number[], whole: readonly number[]): { added: number[]; without: number[] } {
  const added: number[] = [];
  const without: number[] = [];
  let at = 0;
  for (const id of ids) {
    for (; at < whole.length && (whole[at] ?? 0) < id; at++) without.push(whole[at] ?? 0);
    if (whole[at] === id) at++;
    else added.push(id);
  }
  for (; at < whole.length; at++) without.push(whole[at] ?? 0);
  return { added, without };
}
