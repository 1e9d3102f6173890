import { expandComparator, expandHyphen } from './npm-comparator.ts';
import { compareCore, compareSemver, parseSemver, type SemverVersion } from './semver.ts';

type Operator = '<' | '<=' | '>' | '>=' | '=';
interface Comparator {
  operator: Operator;
  version: SemverVersion;
}

/** A range of npm: a version is in it when it meets every comparator of one of the sets; no comparator means any. */
export interface NpmRange {
  sets: readonly (readonly Comparator[])[];
  /** Whether a pre-release counts even where the range names none of its version. */
  includes_prerelease: boolean;
}

const COMPARATOR = /^(<=|>=|<|>|=|)\s*(v?[0-9].*)$/;
// A blank between an operator and its version means nothing.
const OPERATOR_BLANKS = /([<>])\s+(?==\S)|(<=|>=|<|>|=)\s+(?=[0-9vxX*])|(~>|~|\^)\s+/g;
// What is above the lowest version is any version, and so it is to npm: also for a pre-release of 0.0.0.
const ABOVE_LOWEST = { false: /^>=0\.0\.0$/, true: /^>=0\.0\.0-0$/ };
const MAX_LENGTH = 65_536;

/**
 * Reads a range as npm's `semver` does (https://github.com/npm/node-semver#ranges): comparators, hyphens, `x`, `~`, `^`, `||`.
 * @returns null for a range npm refuses.
 */
export function parseNpmRange(text: string, { includesPrerelease = false } = {}): NpmRange | null {
  if (text.length > MAX_LENGTH) return null;
  const sets: Comparator[][] = [];
  for (const part of text.split('||')) {
    const set = parseSet(part.trim().replace(/\s+/g, ' '), includesPrerelease);
    if (set === null) return null;
    sets.push(set);
  }
  // As in npm, an alternative that takes any version leaves the others no say, not even about their pre-releases.
  const any = sets.find((set) => set.length === 0);
  return { sets: any === undefined ? sets : [any], includes_prerelease: includesPrerelease };
}

/** Whether the version is in the range; a pre-release is only where a comparator of the set names one of its version. */
export function satisfiesNpmRange(range: NpmRange, version: SemverVersion): boolean {
  return range.sets.some((set) => {
    if (!set.every(({ operator, version: limit }) => holds(compareSemver(version, limit), operator))) return false;
    if (version.prerelease.length === 0 || range.includes_prerelease) return true;
    return set.some(({ version: limit }) => limit.prerelease.length > 0 && compareCore(limit, version) === 0);
  });
}

function holds(order: -1 | 0 | 1, operator: Operator): boolean {
  if (order === 0) return operator !== '<' && operator !== '>';
  return order < 0 ? operator.startsWith('<') : operator.startsWith('>');
}

function parseSet(text: string, includesPrerelease: boolean): Comparator[] | null {
  const expanded = expandHyphen(text, includesPrerelease) ?? text.replace(OPERATOR_BLANKS, '$1$2$3');
  const set: Comparator[] = [];
  for (const word of expanded.split(' ')) {
    for (const simple of expandComparator(word, includesPrerelease).split(' ')) {
      if (simple === '' || ABOVE_LOWEST[`${includesPrerelease}`].test(simple)) continue;
      const match = COMPARATOR.exec(simple);
      const version = parseSemver(match?.[2] ?? '');
      if (match === null || version === null) return null;
      set.push({ operator: (match[1] || '=') as Operator, version });
    }
  }
  return set;
}
