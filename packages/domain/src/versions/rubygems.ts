import { compareDigits, compareText, isDigits } from './compare-digits.ts';

/** The segments of a RubyGems version, without the zeros that mean nothing. */
export type RubygemsVersion = readonly string[];

const RUBYGEMS = /^[0-9][0-9A-Za-z]*(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/**
 * Reads a version as `Gem::Version` does (https://docs.ruby-lang.org/en/master/Gem/Version.html): a hyphen means `.pre.`;
 * letters may follow the first number without a dot, too.
 * @returns null for anything else.
 */
export function parseRubygems(text: string): RubygemsVersion | null {
  const version = text.trim();
  if (!RUBYGEMS.test(version)) return null;
  const segments = version.replaceAll('-', '.pre.').match(/[0-9]+|[A-Za-z]+/g) ?? [];
  const word = segments.findIndex((segment) => !isDigits(segment));
  if (word === -1) return withoutEndingZeros(segments);
  return [...withoutEndingZeros(segments.slice(0, word)), ...withoutEndingZeros(segments.slice(word))];
}

/** RubyGems' order: segment by segment, missing ones are 0, words come before numbers. */
export function compareRubygems(a: RubygemsVersion, b: RubygemsVersion): -1 | 0 | 1 {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i] ?? '0';
    const y = b[i] ?? '0';
    const isNumber = isDigits(x);
    if (isNumber !== isDigits(y)) return isNumber ? 1 : -1;
    const order = isNumber ? compareDigits(x, y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

function withoutEndingZeros(segments: readonly string[]): readonly string[] {
  let end = segments.length;
  while (end > 0 && /^0+$/.test(segments[end - 1] ?? '')) end--;
  return segments.slice(0, end);
}
