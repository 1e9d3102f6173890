import { compareDigits, compareText, isDigitCode } from './compare-digits.ts';

interface Word {
  kind: 'word';
  word: string;
}
interface Combination {
  kind: 'combination';
  word: string;
  digits: string;
}
interface List {
  kind: 'list';
  items: Item[];
}
/** Bare text is a number: digits without leading zeros. */
type Item = string | Word | Combination | List;

/** A Maven version: numbers, qualifiers and the lists that hyphens open. */
export type MavenVersion = readonly Item[];

const MAX_LENGTH = 256;
const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE = QUALIFIERS.indexOf('');
const RELEASE_WORDS = ['', 'ga', 'final', 'release'];
const SHORT: Record<string, string> = { a: 'alpha', b: 'beta', m: 'milestone' };

/**
 * Reads a version as Maven's `ComparableVersion` does (https://maven.apache.org/pom.html#version-order-specification).
 * @returns null for an empty text, blanks, control characters, and more than 256 characters, which Maven refuses, too.
 */
export function parseMaven(text: string): MavenVersion | null {
  if (text === '' || text.length > MAX_LENGTH || /[\s\p{Cc}]/u.test(text)) return null;
  const lists = readLists(text.toLowerCase());
  for (const list of lists.toReversed()) normalize(list);
  return lists[0]?.items ?? [];
}

interface Reader {
  text: string;
  lists: List[];
  /** The one that is open, the last of `lists`. */
  list: List;
  /** Where the item begins that is being read. */
  start: number;
  isDigit: boolean;
  isCombination: boolean;
}

/** The lists in the order they open; each one but the first is the last item of the one before it. */
function readLists(text: string): List[] {
  const list: List = { kind: 'list', items: [] };
  const reader: Reader = { text, lists: [list], list, start: 0, isDigit: false, isCombination: false };
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '.') {
      close(reader, at, at + 1);
    } else if (text[at] === '-') {
      readHyphen(reader, at);
    } else if (isDigitCode(text.charCodeAt(at))) {
      readDigit(reader, at);
    } else {
      readLetter(reader, at);
    }
  }
  if (text.length > reader.start) {
    if (!reader.isDigit && reader.list.items.length > 0) open(reader);
    close(reader, text.length, text.length);
  }
  return reader.lists;
}

function readHyphen(reader: Reader, at: number): void {
  const { text, start, isDigit } = reader;
  // `rc-1` is read as `rc1`.
  if (at !== start && !isDigit && isDigitCode(text.charCodeAt(at + 1))) {
    reader.isCombination = true;
    return;
  }
  close(reader, at, at + 1);
  open(reader);
}

function readDigit(reader: Reader, at: number): void {
  if (!reader.isDigit && at > reader.start) {
    reader.isCombination = true;
    if (reader.list.items.length > 0) open(reader);
  }
  reader.isDigit = true;
}

function readLetter(reader: Reader, at: number): void {
  if (reader.isDigit && at > reader.start) {
    close(reader, at, at);
    open(reader);
  }
  reader.isDigit = false;
}

function open(reader: Reader): void {
  const inner: List = { kind: 'list', items: [] };
  reader.list.items.push(inner);
  reader.lists.push(inner);
  reader.list = inner;
}

/** Ends the item at `end`; the next one begins at `next`. */
function close(reader: Reader, end: number, next: number): void {
  const { text, start, isDigit, isCombination } = reader;
  reader.list.items.push(end === start ? '0' : itemOf(text.slice(start, end), isDigit, isCombination));
  reader.start = next;
  reader.isCombination = false;
}

function itemOf(text: string, isDigit: boolean, isCombination: boolean): Item {
  if (isCombination) {
    const word = text.replaceAll('-', '');
    const at = word.search(/[0-9]/);
    return { kind: 'combination', word: alias(word.slice(0, at), true), digits: number(word.slice(at)) };
  }
  return isDigit ? number(text) : { kind: 'word', word: alias(text, false) };
}

function number(text: string): string {
  return text.replace(/^0+(?=.)/, '');
}

function alias(word: string, isBeforeDigit: boolean): string {
  if (word === 'cr') return 'rc';
  return isBeforeDigit && Object.hasOwn(SHORT, word) ? (SHORT[word] ?? word) : word;
}

/** Takes out what means nothing: zeros and empty lists at the end, or before a qualifier. */
function normalize(list: List): void {
  const { items } = list;
  for (let i = items.length - 1; i >= 0; i--) {
    if (isNothing(items[i]) && isQualifierOrEnd(items[i + 1])) items.splice(i, 1);
  }
  const only = items[0];
  if (items.length === 1 && typeof only === 'object' && only.kind === 'list') list.items = only.items;
}

function isNothing(item: Item | undefined): boolean {
  if (typeof item !== 'object') return item === '0';
  return item.kind === 'list' ? item.items.length === 0 : item.kind === 'word' && item.word === '';
}

function isQualifierOrEnd(next: Item | undefined): boolean {
  if (next === undefined) return true;
  if (typeof next === 'string') return false;
  if (next.kind !== 'list') return next.kind === 'word';
  const first = next.items[0];
  return typeof first === 'object' && first.kind !== 'list';
}

/** Maven's order: item by item; numbers come after lists, lists are compared with a qualifier by their first item. */
export function compareMaven(a: MavenVersion, b: MavenVersion): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compareItems(a[i], b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** An absent item is what is compared with when the other version is longer. */
function compareItems(a: Item | undefined, b: Item | undefined): -1 | 0 | 1 {
  if (a === undefined) return b === undefined ? 0 : negate(compareWithNothing(b));
  if (b === undefined) return compareWithNothing(a);
  if (typeof a === 'string') return typeof b === 'string' ? compareDigits(a, b) : 1;
  if (typeof b === 'string') return -1;
  if (a.kind === 'list') return b.kind === 'list' ? compareMaven(a.items, b.items) : compareMaven(a.items, [b]);
  if (b.kind === 'list') return negate(compareMaven(b.items, [a]));
  return compareQualifiers(a, b);
}

function compareWithNothing(item: Item): -1 | 0 | 1 {
  if (typeof item === 'string') return item === '0' ? 0 : 1;
  if (item.kind !== 'list') return compareQualifiers(item, { kind: 'word', word: '' });
  for (const each of item.items) {
    const order = compareWithNothing(each);
    if (order !== 0) return order;
  }
  return 0;
}

/** Known qualifiers in their order, then all others by name, then the number after it: `rc` < `rc1`. */
function compareQualifiers(a: Word | Combination, b: Word | Combination): -1 | 0 | 1 {
  const order = compareText(rankText(a.word), rankText(b.word));
  if (order !== 0) return order;
  const digitsA = a.kind === 'combination' ? a.digits : null;
  const digitsB = b.kind === 'combination' ? b.digits : null;
  if (digitsA !== null && digitsB !== null) return compareDigits(digitsA, digitsB);
  if (digitsA === digitsB) return 0;
  // `1-ga0` is `1`: after a word for the release a 0 means nothing.
  const isRelease = RELEASE_WORDS.includes(a.word);
  if (isRelease && compareDigits(digitsA ?? '0', digitsB ?? '0') === 0) return 0;
  return digitsA === null ? -1 : 1;
}

function rankText(word: string): string {
  const rank = RELEASE_WORDS.includes(word) ? RELEASE : QUALIFIERS.indexOf(word);
  return rank === -1 ? `${QUALIFIERS.length}-${word}` : String(rank);
}

function negate(order: -1 | 0 | 1): -1 | 0 | 1 {
  return order === 0 ? 0 : order === 1 ? -1 : 1;
}
