import { compareDigits, compareText } from './compare-digits.ts';

/** A version as numbers and words, whatever stood between them. */
export type DottedVersion = readonly DottedPart[];

/** What a part is, from the lowest: a word that comes before the release, one that comes after it, a number. */
type DottedPart = { kind: 'before' | 'after' | 'number'; text: string };

const MAX_LENGTH = 200;
const PART = /[0-9]+|[a-z]+/g;
/** Words for what is not released yet, as Homebrew and SemVer's users write them. */
const BEFORE = ['dev', 'alpha', 'beta', 'pre', 'preview', 'rc'];
const RANK = { before: 0, end: 1, after: 2, number: 3 } as const;

/**
 * Reads the versions of managers that prescribe no order (Flatpak, Snap, firmware, WinGet, macOS, Homebrew): runs of digits
 * and of letters in any case, as Homebrew splits them (https://docs.brew.sh/rubydoc/Version.html). Zeros before a word or at
 * the end mean nothing: 14 is 14.0.
 * @returns null for a text without any digit, with a blank, or of more than 200 characters.
 */
export function parseDotted(text: string): DottedVersion | null {
  if (text.length > MAX_LENGTH || !/^[!-~]*[0-9][!-~]*$/.test(text)) return null;
  const parts: DottedPart[] = [];
  for (const [part] of text.toLowerCase().matchAll(PART)) {
    const isNumber = /^[0-9]/.test(part);
    if (!isNumber) dropZeros(parts);
    const kind = isNumber ? 'number' : BEFORE.includes(part) ? 'before' : 'after';
    parts.push({ kind, text: part });
  }
  dropZeros(parts);
  return parts;
}

/** Part by part: `1.0-beta` before `1.0` before `1.0a` before `1.0.1`; numbers as numbers, words by their letters. */
export function compareDotted(a: DottedVersion, b: DottedVersion): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    const [left, right] = [RANK[x?.kind ?? 'end'], RANK[y?.kind ?? 'end']];
    if (left !== right) return left < right ? -1 : 1;
    if (x === undefined || y === undefined) continue;
    const order = x.kind === 'number' ? compareDigits(x.text, y.text) : compareText(x.text, y.text);
    if (order !== 0) return order;
  }
  return 0;
}

function dropZeros(parts: DottedPart[]): void {
  while (parts.at(-1)?.kind === 'number' && /^0+$/.test(parts.at(-1)?.text ?? '')) parts.pop();
}
