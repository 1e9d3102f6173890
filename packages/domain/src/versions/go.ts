import { compareSemver, parseSemver, type SemverVersion } from './semver.ts';

const SHORT = /^v?(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?$/;

/**
 * Reads a Go module version (https://go.dev/ref/mod#versions): semantic versioning with a `v`, which OSV leaves out; `v1`
 * and `v1.2` stand for `v1.0.0` and `v1.2.0`. A pseudo-version is an ordinary pre-release.
 */
export function parseGo(text: string): SemverVersion | null {
  if (text !== text.trim()) return null;
  if (SHORT.test(text)) return parseSemver(text.includes('.') ? `${text}.0` : `${text}.0.0`);
  return parseSemver(text);
}

/** The order of golang.org/x/mod/semver: `+incompatible` and other build metadata do not count. */
export const compareGo: (a: SemverVersion, b: SemverVersion) => -1 | 0 | 1 = compareSemver;
