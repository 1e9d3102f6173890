import { compareDigits, compareText, isDigits } from './compare-digits.ts';

interface Token {
  rank: number;
  text: string;
}

/** An apk version as the tokens its order is made of. */
export interface ApkVersion {
  tokens: readonly Token[];
  /** What `apk version --check` says: false when apk orders the version, but refuses it in a package. */
  is_valid: boolean;
}

// Where two versions part, the one whose token has the smaller rank is the smaller one.
const ALPHA = 0;
const RC = 3;
const MALFORMED = 4;
const END = 5;
const REVISION = 6;
const HASH = 7;
const SUFFIX_NUMBER = 8;
const CVS = 9;
const P = 13;
const LETTER = 14;
const NUMBER = 15;
const FIRST_NUMBER = 16;
const SUFFIXES: Record<string, number> = {
  alpha: ALPHA,
  beta: 1,
  pre: 2,
  rc: RC,
  cvs: CVS,
  svn: 10,
  git: 11,
  hg: 12,
  p: P,
};
const PRINTABLE = /^[!-~]+$/;
const TOKEN = /([0-9]+)|\.([0-9]+)|([a-z])|_([a-z]+)|~([0-9a-f]+)|-r([0-9]*$)/y;
const STRICT = /^[0-9]+(\.[0-9]+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*(~[0-9a-f]+)?(-r[0-9]+)?$/;

/**
 * Reads `number{.number}{letter}{_suffix{number}}{~hash}{-rN}` (apk-package(5),
 * https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd). apk orders what it calls invalid,
 * too: digits after the letter (sudo's `1.9.5p2`) count as a number, from the first token that fits nowhere the rest is
 * one malformed token.
 * @returns null for an empty text and for anything but printable ASCII.
 */
export function parseApk(text: string): ApkVersion | null {
  if (!PRINTABLE.test(text)) return null;
  const tokens: Token[] = [];
  let at = 0;
  let last = -1;
  while (at < text.length) {
    const token = tokenAt(text, at, last);
    if (token === null) {
      const rest = text.slice(at);
      tokens.push({ rank: MALFORMED, text: rest.startsWith('-r') ? '-r' : rest });
      break;
    }
    tokens.push(token);
    last = token.rank;
    at = TOKEN.lastIndex;
  }
  return { tokens, is_valid: STRICT.test(text) };
}

/** apk's order (apk-tools src/version.c): token by token; a longer version is greater unless a pre-release or malformed. */
export function compareApk(a: ApkVersion, b: ApkVersion): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(a.tokens.length, b.tokens.length); i++) {
    const x = a.tokens[i];
    const y = b.tokens[i];
    const rankA = x?.rank ?? END;
    const rankB = y?.rank ?? END;
    if (rankA !== rankB) return rankA < rankB ? -1 : 1;
    const order = compareToken(rankA, x?.text ?? '', y?.text ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** A number with a leading zero sorts as text, and so does what it is compared with, except at the start. */
function compareToken(rank: number, a: string, b: string): -1 | 0 | 1 {
  const isText = rank === NUMBER && (a.startsWith('0') || b.startsWith('0'));
  if (!isText && (a === '' || isDigits(a)) && isDigits(b)) return compareDigits(a, b);
  return compareText(a, b);
}

/** The token at `at`, or null when nothing that may follow a token of rank `last` stands there. */
function tokenAt(text: string, at: number, last: number): Token | null {
  TOKEN.lastIndex = at;
  const match = TOKEN.exec(text);
  if (match === null) return null;
  const [, digits, dotted, letter, suffix, hash, revision] = match;
  const isSuffix = last < END || (last >= CVS && last <= P);
  if (digits !== undefined) return digitsAfter(last, isSuffix, digits);
  if (dotted !== undefined) return last >= NUMBER ? { rank: NUMBER, text: dotted } : null;
  if (letter !== undefined) return last >= NUMBER ? { rank: LETTER, text: letter } : null;
  if (last === -1 || last === REVISION) return null;
  if (revision !== undefined) return { rank: REVISION, text: revision };
  if (last === HASH) return null;
  if (hash !== undefined) return { rank: HASH, text: hash };
  const rank = Object.hasOwn(SUFFIXES, suffix ?? '') ? SUFFIXES[suffix ?? ''] : undefined;
  return rank === undefined ? null : { rank, text: '' };
}

function digitsAfter(last: number, isSuffix: boolean, digits: string): Token | null {
  if (last === -1) return { rank: FIRST_NUMBER, text: digits };
  if (isSuffix) return { rank: SUFFIX_NUMBER, text: digits };
  return last === LETTER ? { rank: NUMBER, text: digits } : null;
}
