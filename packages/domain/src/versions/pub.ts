import { compareCore, comparePrerelease, parseSemver, type SemverVersion } from './semver.ts';

/** Reads a version of a Dart package: Semantic Versioning (https://pub.dev/documentation/pub_semver). */
export function parsePub(text: string): SemverVersion | null {
  return parseSemver(text);
}

/** Semantic Versioning's order, except that build metadata counts: none first, then as a pre-release's identifiers. */
export function comparePub(a: SemverVersion, b: SemverVersion): -1 | 0 | 1 {
  const order = compareCore(a, b) || comparePrerelease(a.prerelease, b.prerelease);
  if (order !== 0 || a.build === b.build) return order;
  if (a.build === '') return -1;
  if (b.build === '') return 1;
  return comparePrerelease(a.build.split('.'), b.build.split('.'));
}
