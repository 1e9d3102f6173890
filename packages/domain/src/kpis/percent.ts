/** A share of a population as a percentage, cut to two decimals so that 100 means all of them; null for an empty population. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.floor((part * 10_000) / whole) / 100;
}
