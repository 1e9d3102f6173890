const NUMBER = '(0|[1-9][0-9]*|x|X|\\*)';
const TAIL = '(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?';
const PARTIAL = `[v=\\s]*${NUMBER}(?:\\.${NUMBER}(?:\\.${NUMBER}${TAIL})?)?`;
const TILDE = new RegExp(`^~>?${PARTIAL}$`);
const CARET = new RegExp(`^\\^${PARTIAL}$`);
const PLAIN = new RegExp(`^(<=|>=|<|>|=|)\\s*${PARTIAL}$`);
const HYPHEN = new RegExp(`^${PARTIAL} - ${PARTIAL}$`);
const NOTHING = '<0.0.0-0';

/** A version of which the end may be missing or `x`. */
interface Partial {
  major: string | null;
  minor: string | null;
  patch: string | null;
  prerelease: string;
}

/**
 * One word of an npm range (`^1.2`, `~1.2.3`, `1.x`, `>=1.2.3`) as simple comparators of whole versions with blanks between
 * them; empty for any version. What is none of these comes back as it is, and is refused later.
 */
export function expandComparator(word: string, includesPrerelease: boolean): string {
  const floor = includesPrerelease ? '-0' : '';
  const caret = CARET.exec(word);
  if (caret !== null) return expandCaret(partial(caret, 1), floor);
  const tilde = TILDE.exec(word);
  if (tilde !== null) return expandTilde(partial(tilde, 1), floor);
  const plain = PLAIN.exec(word);
  if (plain === null || isOutOfOrder(plain)) return word;
  return expandPlain(plain[1] ?? '', partial(plain, 2), floor, word);
}

/** `1.2 - 2.3` as comparators, or null when the text is no such thing. */
export function expandHyphen(text: string, includesPrerelease: boolean): string | null {
  const match = HYPHEN.exec(text);
  if (match === null) return null;
  const [from = '', to = ''] = text.split(' - ');
  const lower = lowerEnd(from, partial(match, 1), includesPrerelease);
  return `${lower} ${upperEnd(to, partial(match, 5), includesPrerelease)}`.trim();
}

function partial(match: RegExpExecArray, at: number): Partial {
  const major = given(match[at]);
  const minor = major === null ? null : given(match[at + 1]);
  const patch = minor === null ? null : given(match[at + 2]);
  return { major, minor, patch, prerelease: match[at + 3] === undefined ? '' : `-${match[at + 3]}` };
}

/** A number after an `x`, which npm refuses except after `~` and `^`. */
function isOutOfOrder([, , major, minor, patch]: RegExpExecArray): boolean {
  if (given(major) === null) return given(minor) !== null;
  return given(minor) === null && given(patch) !== null;
}

function given(text: string | undefined): string | null {
  return text === undefined || text === '*' || text.toLowerCase() === 'x' ? null : text;
}

function next(number: string): string {
  return String(BigInt(number) + 1n);
}

function expandCaret({ major, minor, patch, prerelease }: Partial, floor: string): string {
  if (major === null) return '';
  if (minor === null) return `>=${major}.0.0${floor} <${next(major)}.0.0-0`;
  const from = `>=${major}.${minor}.${patch === null ? `0${floor}` : patch + prerelease}`;
  if (major !== '0') return `${from} <${next(major)}.0.0-0`;
  return minor === '0' && patch !== null ? `${from} <0.0.${next(patch)}-0` : `${from} <0.${next(minor)}.0-0`;
}

function expandTilde({ major, minor, patch, prerelease }: Partial, floor: string): string {
  if (major === null) return '';
  if (minor === null) return `>=${major}.0.0${floor} <${next(major)}.0.0-0`;
  const from = `${major}.${minor}.${patch === null ? `0${floor}` : patch + prerelease}`;
  return `>=${from} <${major}.${next(minor)}.0-0`;
}

function expandPlain(operator: string, version: Partial, floor: string, word: string): string {
  const { major, minor, patch } = version;
  if (major === null) return operator === '<' || operator === '>' ? NOTHING : '';
  if (patch !== null) return word;
  const from = `${major}.${minor ?? '0'}.0`;
  const after = minor === null ? `${next(major)}.0.0` : `${major}.${next(minor)}.0`;
  if (operator === '>') return `>=${after}${floor}`;
  if (operator === '<=') return `<${after}-0`;
  if (operator === '<') return `<${from}-0`;
  if (operator === '>=') return `>=${from}${floor}`;
  return `>=${from}${floor} <${after}-0`;
}

/** A whole version goes on as it was written: npm refuses one with a `=` here. */
function lowerEnd(text: string, { major, minor, patch, prerelease }: Partial, includesPrerelease: boolean): string {
  if (major === null) return '';
  const floor = includesPrerelease ? '-0' : '';
  if (patch === null) return `>=${major}.${minor ?? '0'}.0${floor}`;
  return prerelease === '' ? `>=${text.replace(/\+.*$/, '')}${floor}` : `>=${text}`;
}

function upperEnd(text: string, { major, minor, patch, prerelease }: Partial, includesPrerelease: boolean): string {
  if (major === null) return '';
  if (minor === null) return `<${next(major)}.0.0-0`;
  if (patch === null) return `<${major}.${next(minor)}.0-0`;
  if (prerelease !== '') return `<=${major}.${minor}.${patch}${prerelease}`;
  return includesPrerelease ? `<${major}.${minor}.${next(patch)}-0` : `<=${text}`;
}
