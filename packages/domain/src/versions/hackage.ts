import { compareNumbers } from './compare-digits.ts';

/** The numbers of a Haskell package version. */
export type HackageVersion = readonly string[];

/** Reads numbers with dots between them (https://pvp.haskell.org, Data.Version); null for anything else. */
export function parseHackage(text: string): HackageVersion | null {
  return /^[0-9]+(\.[0-9]+)*$/.test(text) ? text.split('.') : null;
}

/** The order of lists: number by number, and the longer one is greater (`1.0` < `1.0.0`). */
export function compareHackage(a: HackageVersion, b: HackageVersion): -1 | 0 | 1 {
  return compareNumbers(a, b, null);
}
