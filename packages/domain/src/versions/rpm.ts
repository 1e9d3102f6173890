import { compareDigits, compareText, isDigitCode, isLetterCode } from './compare-digits.ts';

/** An rpm version, taken apart into epoch, version and release (EVR). */
export interface RpmVersion {
  /** Digits; `0` when there is none. */
  epoch: string;
  version: string;
  /** Null when there is none, which sorts before every other, even before one that begins with `~`. */
  release: string | null;
}

const EPOCH = /^([0-9]*):/;
const UNPRINTABLE = /[\s\p{Cc}]/u;
const TILDE = 0;
const END = 1;
const CARET = 2;
const LETTERS = 3;
const DIGITS = 4;

/**
 * Reads `[epoch:]version[-release]` as rpm does (https://rpm.org/docs/latest/man/rpm-version.7, `rpmverParse`): only
 * digits before a colon are an epoch, the release begins at the last hyphen. A module's stream is no part of the version.
 * @returns null without a version, or with blanks or control characters. rpm itself takes any other text.
 */
export function parseRpm(text: string): RpmVersion | null {
  if (UNPRINTABLE.test(text)) return null;
  const epoch = EPOCH.exec(text);
  const rest = text.slice(epoch === null ? 0 : epoch[0].length);
  const hyphen = rest.lastIndexOf('-');
  const version = hyphen === -1 ? rest : rest.slice(0, hyphen);
  if (version === '') return null;
  return { epoch: epoch?.[1] || '0', version, release: hyphen === -1 ? null : rest.slice(hyphen + 1) };
}

/** rpm's order: epoch, then version, then release, the last two by `rpmvercmp`. */
export function compareRpm(a: RpmVersion, b: RpmVersion): -1 | 0 | 1 {
  const order = compareDigits(a.epoch, b.epoch) || compareSegments(a.version, b.version);
  if (order !== 0 || a.release === b.release) return order;
  if (a.release === null) return -1;
  return b.release === null ? 1 : compareSegments(a.release, b.release);
}

/**
 * `rpmvercmp` of rpm 4.15 and later: runs of letters and runs of digits, whatever else stands between them means nothing.
 * Where the two part, `~` sorts before the end, which sorts before `^`, before letters, before digits.
 */
function compareSegments(a: string, b: string): -1 | 0 | 1 {
  let i = skipSeparators(a, 0);
  let j = skipSeparators(b, 0);
  while (i < a.length || j < b.length) {
    const kind = kindAt(a, i);
    const other = kindAt(b, j);
    if (kind !== other) return kind < other ? -1 : 1;
    const endA = segmentEnd(a, i, kind);
    const endB = segmentEnd(b, j, kind);
    const compare = kind === DIGITS ? compareDigits : compareText;
    const order = compare(a.slice(i, endA), b.slice(j, endB));
    if (order !== 0) return order;
    i = skipSeparators(a, endA);
    j = skipSeparators(b, endB);
  }
  return 0;
}

function kindAt(text: string, at: number): number {
  if (at >= text.length) return END;
  const code = text.charCodeAt(at);
  if (code === 126) return TILDE;
  if (code === 94) return CARET;
  return isDigitCode(code) ? DIGITS : LETTERS;
}

function segmentEnd(text: string, from: number, kind: number): number {
  if (kind === TILDE || kind === CARET) return from + 1;
  const belongs = kind === DIGITS ? isDigitCode : isLetterCode;
  let end = from;
  while (end < text.length && belongs(text.charCodeAt(end))) end++;
  return end;
}

function skipSeparators(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSeparator(text.charCodeAt(at))) at++;
  return at;
}

function isSeparator(code: number): boolean {
  return code !== 126 && code !== 94 && !isDigitCode(code) && !isLetterCode(code);
}
