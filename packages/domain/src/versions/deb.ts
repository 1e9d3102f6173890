/** A Debian version, taken apart; the only thing `compareDeb` takes, so that its order is total. */
export interface DebVersion {
  epoch: number;
  upstream: string;
  /** Empty when the version has none, which sorts like `0`. */
  revision: string;
}

const MAX_EPOCH = 2_147_483_647;
const UPSTREAM = /^[0-9][0-9A-Za-z.+~:-]*$/;
const REVISION = /^[0-9A-Za-z.+~]+$/;

/**
 * Reads a version as dpkg does (Debian Policy 5.6.12, dpkg lib/dpkg/parsehelp.c): blanks around it are ignored, the
 * epoch ends at the first colon, the revision begins at the last hyphen.
 * @returns null for whatever `dpkg --validate-version` objects to, be it an error or a warning.
 */
export function parseDeb(text: string): DebVersion | null {
  const version = trimBlanks(text);
  const colon = version.indexOf(':');
  const epoch = colon === -1 ? 0 : parseEpoch(version.slice(0, colon));
  if (epoch === null) return null;
  const rest = version.slice(colon + 1);
  const hyphen = rest.lastIndexOf('-');
  const upstream = hyphen === -1 ? rest : rest.slice(0, hyphen);
  const revision = hyphen === -1 ? '' : rest.slice(hyphen + 1);
  if (!UPSTREAM.test(upstream)) return null;
  if (hyphen !== -1 && !REVISION.test(revision)) return null;
  return { epoch, upstream, revision };
}

/** The order of dpkg (Policy 5.6.12): epoch, then upstream version, then revision. 0 means neither replaces the other. */
export function compareDeb(a: DebVersion, b: DebVersion): -1 | 0 | 1 {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  return comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision);
}

/** dpkg's own trim: blanks and tabs only, a line break stays and makes the version invalid. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** dpkg reads it with strtol: a sign is allowed, a negative number is not. */
function parseEpoch(text: string): number | null {
  if (!/^[+-]?[0-9]+$/.test(text)) return null;
  const epoch = Number(text);
  return epoch < 0 || epoch > MAX_EPOCH ? null : Math.abs(epoch);
}

/** Alternates runs of other characters, compared by weight, with runs of digits, compared as whole numbers of any length. */
function comparePart(a: string, b: string): -1 | 0 | 1 {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (isOther(a, i) || isOther(b, j)) {
      const difference = weight(a, i) - weight(b, j);
      if (difference !== 0) return difference < 0 ? -1 : 1;
      i++;
      j++;
    }
    const endA = endOfDigits(a, i);
    const endB = endOfDigits(b, j);
    const order = compareDigits(a.slice(i, endA), b.slice(j, endB));
    if (order !== 0) return order;
    i = endA;
    j = endB;
  }
  return 0;
}

/** Leading zeros mean nothing; the longer number is the larger one; equal lengths compare like text. No precision is lost. */
function compareDigits(a: string, b: string): -1 | 0 | 1 {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  if (x.length !== y.length) return x.length < y.length ? -1 : 1;
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

/** `~` sorts before the end of the text, which sorts with digits before letters, which sort before all else. */
function weight(text: string, index: number): number {
  if (index >= text.length || isDigit(text, index)) return 0;
  const code = text.charCodeAt(index);
  if (code === 126) return -1;
  return isLetter(code) ? code : code + 256;
}

function isOther(text: string, index: number): boolean {
  return index < text.length && !isDigit(text, index);
}

function endOfDigits(text: string, from: number): number {
  let end = from;
  while (isDigit(text, end)) end++;
  return end;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
