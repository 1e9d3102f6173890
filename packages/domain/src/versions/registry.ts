import { compareAlpm, parseAlpm } from './alpm.ts';
import { compareApk, parseApk } from './apk.ts';
import { compareCran, parseCran } from './cran.ts';
import { compareDeb, parseDeb } from './deb.ts';
import { compareDotted, parseDotted } from './dotted.ts';
import { compareGo, parseGo } from './go.ts';
import { compareHackage, parseHackage } from './hackage.ts';
import { compareMaven, parseMaven } from './maven.ts';
import { compareNuget, parseNuget } from './nuget.ts';
import { comparePackagist, parsePackagist } from './packagist.ts';
import { comparePub, parsePub } from './pub.ts';
import { comparePypi, parsePypi } from './pypi.ts';
import { compareRpm, parseRpm } from './rpm.ts';
import { compareRubygems, parseRubygems } from './rubygems.ts';
import { compareSemver, parseSemver } from './semver.ts';
import { compareWindows, parseWindows } from './windows.ts';

/** One scheme: what it reads, null for what is no version of it, and the order of what it read. */
export interface VersionScheme<V> {
  parse(text: string): V | null;
  compare(a: V, b: V): -1 | 0 | 1;
}

/** Every scheme of versions, by the name of its file. */
export const VERSION_SCHEMES = {
  alpm: { parse: parseAlpm, compare: compareAlpm },
  apk: { parse: parseApk, compare: compareApk },
  cran: { parse: parseCran, compare: compareCran },
  deb: { parse: parseDeb, compare: compareDeb },
  dotted: { parse: parseDotted, compare: compareDotted },
  go: { parse: parseGo, compare: compareGo },
  hackage: { parse: parseHackage, compare: compareHackage },
  maven: { parse: parseMaven, compare: compareMaven },
  nuget: { parse: parseNuget, compare: compareNuget },
  packagist: { parse: parsePackagist, compare: comparePackagist },
  pub: { parse: parsePub, compare: comparePub },
  pypi: { parse: parsePypi, compare: comparePypi },
  rpm: { parse: parseRpm, compare: compareRpm },
  rubygems: { parse: parseRubygems, compare: compareRubygems },
  semver: { parse: parseSemver, compare: compareSemver },
  windows: { parse: parseWindows, compare: compareWindows },
} as const;

export type VersionSchemeName = keyof typeof VERSION_SCHEMES;

export function isVersionScheme(name: string): name is VersionSchemeName {
  return Object.hasOwn(VERSION_SCHEMES, name);
}

/** The order of two texts in a scheme, or null when one of them is no version of it: that is never an order. */
export function compareVersionTexts(scheme: VersionSchemeName, a: string, b: string): -1 | 0 | 1 | null {
  return compareTexts<never>(VERSION_SCHEMES[scheme] as VersionScheme<never>, a, b);
}

function compareTexts<V>(scheme: VersionScheme<V>, a: string, b: string): -1 | 0 | 1 | null {
  const left = scheme.parse(a);
  const right = scheme.parse(b);
  return left === null || right === null ? null : scheme.compare(left, right);
}
