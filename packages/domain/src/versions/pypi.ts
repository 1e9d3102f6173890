import { compareDigits, compareNumbers, compareText, isDigits } from './compare-digits.ts';
import { compareLegacyPypi, parseLegacyPypi } from './pypi-legacy.ts';

/** A version of PEP 440, normalised; numbers stay text. */
export interface PypiVersion {
  epoch: string;
  release: readonly string[];
  /** `a`, `b` or `rc` and its number. */
  pre: readonly [phase: string, number: string] | null;
  post: string | null;
  dev: string | null;
  local: readonly string[];
  /** The parts of a version from before PEP 440, which sorts below every other; null for all that follow it. */
  legacy: readonly string[] | null;
}

const PEP_440 =
  /^v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]+)?)?(?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]+)?)?([-_.]?dev[-_.]?([0-9]+)?)?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;
const PHASES: Record<string, string> = { alpha: 'a', beta: 'b', c: 'rc', pre: 'rc', preview: 'rc' };

/**
 * Reads a version of https://packaging.python.org/en/latest/specifications/version-specifiers/ (PEP 440), or one from
 * before it, which advisories still name.
 * @returns null for text without a digit or with blanks inside.
 */
export function parsePypi(text: string): PypiVersion | null {
  const lower = text.trim().toLowerCase();
  const match = PEP_440.exec(lower);
  if (match === null) return parseLegacy(lower);
  const [, epoch = '0', release = '', phase, pre, post, postWord, postNumber, dev, devNumber, local] = match;
  return {
    epoch,
    release: release.split('.'),
    pre: phase === undefined ? null : [PHASES[phase] ?? phase, pre ?? '0'],
    post: post ?? (postWord === undefined ? null : (postNumber ?? '0')),
    dev: dev === undefined ? null : (devNumber ?? '0'),
    local: local?.split(/[-_.]/) ?? [],
    legacy: null,
  };
}

/** PEP 440's order: epoch, release, pre-release, post-release, development release, local version. */
export function comparePypi(a: PypiVersion, b: PypiVersion): -1 | 0 | 1 {
  if (a.legacy !== null || b.legacy !== null) return compareLegacyPypi(a.legacy, b.legacy);
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareNumbers(a.release, b.release, '0') ||
    comparePre(a, b) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocal(a.local, b.local)
  );
}

function parseLegacy(text: string): PypiVersion | null {
  const legacy = parseLegacyPypi(text);
  return legacy === null ? null : { epoch: '0', release: [], pre: null, post: null, dev: null, local: [], legacy };
}

/** A bare development release sorts before every pre-release of its release, anything else without one after them. */
function comparePre(a: PypiVersion, b: PypiVersion): -1 | 0 | 1 {
  const phaseA = preRank(a);
  const phaseB = preRank(b);
  return compareText(phaseA, phaseB) || compareDigits(a.pre?.[1] ?? '', b.pre?.[1] ?? '');
}

function preRank({ pre, post, dev }: PypiVersion): string {
  if (pre !== null) return pre[0];
  return post === null && dev !== null ? '' : 'z';
}

/** `missing` says where a version without the part goes. */
function compareOptional(a: string | null, b: string | null, missing: -1 | 1): -1 | 0 | 1 {
  if (a !== null && b !== null) return compareDigits(a, b);
  if (a === b) return 0;
  return (a === null) === (missing === -1) ? -1 : 1;
}

/** Numbers after text; the longer list is greater. */
function compareLocal(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i];
    const y = b[i];
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    const isNumber = isDigits(x);
    if (isNumber !== isDigits(y)) return isNumber ? 1 : -1;
    const order = isNumber ? compareDigits(x, y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return 0;
}
