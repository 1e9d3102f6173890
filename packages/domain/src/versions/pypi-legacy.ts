import { compareDigits, compareText, isDigits } from './compare-digits.ts';

const PART = /([0-9]+|[a-z]+|\.|-)/;
const REPLACEMENTS: Record<string, string> = { pre: 'c', preview: 'c', '-': 'final-', rc: 'c', dev: '@' };

/**
 * The parts of a version that PEP 440 does not know, as setuptools cut them up until packaging 22 (`_legacy_cmpkey` of
 * https://github.com/pypa/packaging/blob/21.3/packaging/version.py). Words carry a `*`, which sorts them before numbers.
 * @param text in lower case
 * @returns null for text without a digit or with blanks.
 */
export function parseLegacyPypi(text: string): string[] | null {
  if (!/[0-9]/.test(text) || /[\s\p{Cc}]/u.test(text)) return null;
  const parts: string[] = [];
  for (const raw of [...text.split(PART), 'final']) {
    const part = Object.hasOwn(REPLACEMENTS, raw) ? (REPLACEMENTS[raw] ?? raw) : raw;
    if (part === '' || part === '.') continue;
    if (isDigits(part)) {
      parts.push(part);
      continue;
    }
    if (part < 'final') while (parts.at(-1) === '*final-') parts.pop();
    while (/^0+$/.test(parts.at(-1) ?? '')) parts.pop();
    parts.push(`*${part}`);
  }
  return parts;
}

/** Part by part, words before numbers; null stands for a version of PEP 440, which is greater than each of these. */
export function compareLegacyPypi(a: readonly string[] | null, b: readonly string[] | null): -1 | 0 | 1 {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = comparePart(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string, b: string): -1 | 0 | 1 {
  return isDigits(a) && isDigits(b) ? compareDigits(a, b) : compareText(a, b);
}
