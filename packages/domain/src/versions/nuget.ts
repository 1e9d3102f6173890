import { compareNumbers } from './compare-digits.ts';
import { comparePrerelease } from './semver.ts';

/** A NuGet version, in lower case, without its metadata. */
export interface NugetVersion {
  /** One to four numbers of digits. */
  numbers: readonly string[];
  /** Empty for a release. */
  prerelease: readonly string[];
}

const NUGET =
  /^([0-9]+(?:\.[0-9]+){0,3})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** Reads a version as NuGet does (https://learn.microsoft.com/nuget/concepts/package-versioning); null for anything else. */
export function parseNuget(text: string): NugetVersion | null {
  const match = NUGET.exec(text.trim());
  if (match === null) return null;
  return { numbers: (match[1] ?? '').split('.'), prerelease: match[2]?.toLowerCase().split('.') ?? [] };
}

/** NuGet's order: missing numbers are 0, then Semantic Versioning without regard to case; metadata does not count. */
export function compareNuget(a: NugetVersion, b: NugetVersion): -1 | 0 | 1 {
  return compareNumbers(a.numbers, b.numbers, '0') || comparePrerelease(a.prerelease, b.prerelease);
}
