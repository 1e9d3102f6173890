import { compareDigits, compareText, isDigitCode, isLetterCode } from './compare-digits.ts';

/** A pacman version, taken apart. */
export interface AlpmVersion {
  /** Digits; `0` when there is none. */
  epoch: string;
  version: string;
  /** Null when there is none; pacman then leaves the release out of the comparison. */
  release: string | null;
}

const EPOCH = /^([0-9]*):/;
const PRINTABLE = /^[!-~]+$/;
// What may follow a segment, from the smallest. See `compareSegments`.
const GLUED_LETTERS = 0;
const END = 1;
const OTHER = 2;

/**
 * Reads `[epoch:]version[-release]` as libalpm does (vercmp(8), https://man.archlinux.org/man/vercmp.8).
 * @returns null for anything but printable ASCII, and for a version or release that ends in a separator: libalpm orders
 *   those in a circle (`a1` < `a.b` < `a.` < `a1`), and no package has one.
 */
export function parseAlpm(text: string): AlpmVersion | null {
  if (!PRINTABLE.test(text)) return null;
  const epoch = EPOCH.exec(text);
  const rest = text.slice(epoch === null ? 0 : epoch[0].length);
  const last = rest.lastIndexOf('-');
  const version = last === -1 ? rest : rest.slice(0, last);
  const release = last === -1 ? null : rest.slice(last + 1);
  if (!endsInSegment(version) || (release !== null && !endsInSegment(release))) return null;
  return { epoch: epoch?.[1] || '0', version, release };
}

/**
 * pacman's order (`alpm_pkg_vercmp`): epoch, version, then the release where both have one. A version without a release
 * equals that version with any release, as vercmp has it; the order is therefore total among versions that all have a
 * release, as those of packages do, and among those that all have none.
 */
export function compareAlpm(a: AlpmVersion, b: AlpmVersion): -1 | 0 | 1 {
  const order = compareDigits(a.epoch, b.epoch) || compareSegments(a.version, b.version);
  if (order !== 0 || a.release === null || b.release === null) return order;
  return compareSegments(a.release, b.release);
}

/**
 * libalpm's own `rpmvercmp`: of two segments the one after fewer separators is smaller, then letters are smaller than
 * digits. Where one text ends, letters that stand without a separator are smaller than the end (`1.0rc` < `1.0` < `1.0.1`).
 */
function compareSegments(a: string, b: string): -1 | 0 | 1 {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const startA = skip(a, i, isSeparator);
    const startB = skip(b, j, isSeparator);
    if (startA - i !== startB - j) return startA - i < startB - j ? -1 : 1;
    const isNumber = isDigitCode(a.charCodeAt(startA));
    if (isNumber !== isDigitCode(b.charCodeAt(startB))) return isNumber ? 1 : -1;
    const [belongs, compare] = isNumber
      ? ([isDigitCode, compareDigits] as const)
      : ([isLetterCode, compareText] as const);
    i = skip(a, startA, belongs);
    j = skip(b, startB, belongs);
    const order = compare(a.slice(startA, i), b.slice(startB, j));
    if (order !== 0) return order;
  }
  return compareRests(restRank(a, i), restRank(b, j));
}

function compareRests(a: number, b: number): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function restRank(text: string, at: number): number {
  if (at >= text.length) return END;
  return isLetterCode(text.charCodeAt(at)) ? GLUED_LETTERS : OTHER;
}

function skip(text: string, from: number, belongs: (code: number) => boolean): number {
  let at = from;
  while (at < text.length && belongs(text.charCodeAt(at))) at++;
  return at;
}

function endsInSegment(text: string): boolean {
  return text !== '' && !isSeparator(text.charCodeAt(text.length - 1));
}

function isSeparator(code: number): boolean {
  return !isDigitCode(code) && !isLetterCode(code);
}
