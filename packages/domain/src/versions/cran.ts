import { compareNumbers } from './compare-digits.ts';

/** The numbers of an R package version. */
export type CranVersion = readonly string[];

/**
 * Reads numbers with one `.` or `-` between them
 * (https://stat.ethz.ch/R-manual/R-devel/library/base/html/numeric_version.html); null for anything else.
 */
export function parseCran(text: string): CranVersion | null {
  return /^[0-9]+([.-][0-9]+)*$/.test(text) ? text.split(/[.-]/) : null;
}

/** R's order: number by number, and the longer one is greater; `.` and `-` are the same. */
export function compareCran(a: CranVersion, b: CranVersion): -1 | 0 | 1 {
  return compareNumbers(a, b, null);
}
