import { compareDigits, isDigits } from './compare-digits.ts';

/** The parts of a Composer version: numbers and words. */
export type PackagistVersion = readonly string[];

const PRINTABLE = /^[!-~]+$/;
// Where the versions part, by rank; a version that ends there stands between `rc` and a number.
const UNKNOWN = -1;
const END = 4;
const NUMBER = 5;
const FORMS: readonly [prefix: string, rank: number][] = [
  ['dev', 0],
  ['a', 1],
  ['b', 2],
  ['rc', 3],
  ['RC', 3],
  ['p', 6],
];

/**
 * Reads a version as PHP's `version_compare` does (https://www.php.net/version_compare), without the `v` that Composer
 * drops. As in PHP a word's case counts: `BETA` is an unknown word. `#` stands for any number in PHP and means nothing here.
 * @returns null without a number, unless it is a branch (`dev-main`), and for anything but printable ASCII.
 */
export function parsePackagist(text: string): PackagistVersion | null {
  if (!PRINTABLE.test(text)) return null;
  if (!/^[vV]?[0-9]/.test(text) && !text.startsWith('dev-')) return null;
  return text.replace(/^[vV]/, '').match(/[0-9]+|[^0-9.+_#-]+/g) ?? null;
}

/** PHP's order: unknown words < dev < alpha < beta < RC < the end < a number < patch level. */
export function comparePackagist(a: PackagistVersion, b: PackagistVersion): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i];
    const y = b[i];
    const rankA = rank(x);
    const rankB = rank(y);
    if (rankA !== rankB) return rankA < rankB ? -1 : 1;
    const order = rankA === NUMBER ? compareDigits(x ?? '', y ?? '') : 0;
    if (order !== 0) return order;
  }
  return 0;
}

function rank(part: string | undefined): number {
  if (part === undefined) return END;
  if (isDigits(part)) return NUMBER;
  return FORMS.find(([prefix]) => part.startsWith(prefix))?.[1] ?? UNKNOWN;
}
