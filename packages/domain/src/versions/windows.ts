import { compareNumbers } from './compare-digits.ts';

/** The numbers of a Windows build or file version. */
export type WindowsVersion = readonly string[];

/**
 * Reads `major.minor.build.revision` such as `10.0.19045.3803`, from one to four numbers
 * (https://learn.microsoft.com/dotnet/api/system.version); null for anything else.
 */
export function parseWindows(text: string): WindowsVersion | null {
  return /^[0-9]+(\.[0-9]+){0,3}$/.test(text) ? text.split('.') : null;
}

/** Number by number; a missing one is 0. */
export function compareWindows(a: WindowsVersion, b: WindowsVersion): -1 | 0 | 1 {
  return compareNumbers(a, b, '0');
}
