import { compareDigits, compareText, isDigits } from './compare-digits.ts';

/** A version of Semantic Versioning 2.0.0. Numbers stay text: they have no upper bound. */
export interface SemverVersion {
  major: string;
  minor: string;
  patch: string;
  /** Empty for a release. */
  prerelease: readonly string[];
  /** Empty without build metadata, which has no part in the order. */
  build: string;
}

const NUMBER = '(0|[1-9][0-9]*)';
const IDENTIFIER = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)';
const SEMVER = new RegExp(
  `^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?$`,
);

/**
 * Reads a version as https://semver.org and npm's `semver` do: a leading `v` and blanks around it are let pass.
 * @returns null for anything else; npm refuses numbers above 2⁵³ − 1 as well, the specification does not.
 */
export function parseSemver(text: string): SemverVersion | null {
  const match = SEMVER.exec(text.trim());
  if (match === null) return null;
  const [, major = '', minor = '', patch = '', prerelease, build = ''] = match;
  return { major, minor, patch, prerelease: prerelease === undefined ? [] : prerelease.split('.'), build };
}

/** The order of https://semver.org/#spec-item-11. 0 means equal precedence: build metadata does not count. */
export function compareSemver(a: SemverVersion, b: SemverVersion): -1 | 0 | 1 {
  return compareCore(a, b) || comparePrerelease(a.prerelease, b.prerelease);
}

/** Major, minor and patch only. */
export function compareCore(a: SemverVersion, b: SemverVersion): -1 | 0 | 1 {
  return compareDigits(a.major, b.major) || compareDigits(a.minor, b.minor) || compareDigits(a.patch, b.patch);
}

/** Identifier by identifier, numbers before text, the shorter list before the longer; none at all sorts last. */
export function comparePrerelease(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 0 : a.length === 0 ? 1 : -1;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i];
    const y = b[i];
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    const order = compareIdentifier(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifier(a: string, b: string): -1 | 0 | 1 {
  const isNumber = isDigits(a);
  if (isNumber !== isDigits(b)) return isNumber ? -1 : 1;
  return isNumber ? compareDigits(a, b) : compareText(a, b);
}
