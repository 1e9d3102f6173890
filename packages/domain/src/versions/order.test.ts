import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersionTexts, VERSION_SCHEMES, type VersionScheme, type VersionSchemeName } from './registry.ts';

/** Nasty versions: short, from few pieces, so that many of them nearly agree. */
function joined(separators: string, pieces: string, max = 4): fc.Arbitrary<string> {
  const piece = fc.tuple(fc.constantFrom(...separators.split(' ')), fc.constantFrom(...pieces.split(' ')));
  return fc.array(piece, { maxLength: max }).map((parts) => parts.map((part) => part.join('')).join(''));
}

function text(...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((strings) => strings.join(''));
}

const one = (choices: string) => fc.constantFrom(...choices.split(' '));
const numbers = text(one('0 1 01 10 9 00'), joined('.', '0 1 2 10 01 00 9', 3));
const semver = text(
  one('v0.0.0 1.0.0 1.0.1 1.1.0 10.0.0'),
  fc.oneof(fc.constant(''), text(fc.constant('-0'), joined('. .', '0 1 10 a A b-1 0a -'))),
  fc.constantFrom('', '+1', '+a', '+a.1', '+a.b'),
);
const GENERATORS: Record<VersionSchemeName, fc.Arbitrary<string>> = {
  // With a release each: without one a version equals that version with any release, as vercmp has it.
  alpm: text(one('0: 1: 01:'), one('1 a 1a .1'), joined('. _ .. + x', '0 1 01 a rc 10'), one('-1 -2 -1.1 -1a -1-1')),
  apk: text(numbers, joined('_ ~ -r . x', 'alpha rc1 p p1 git 0 1 a b2 r r1 foo')),
  cran: text(one('0 1 01'), joined('. -', '0 1 01 10')),
  deb: text(one('1 0: 1:1 01'), joined('. ~ + -', '0 1 01 a ~ rc1')),
  go: fc.oneof(semver, one('v0 v1 1 v1.2 v1.0.0-20200101000000-abcdefabcdef v2.0.0+incompatible')),
  hackage: numbers,
  maven: text(one('1 0 1.0 a rc'), joined('. - - _ .0. 1', '0 1 01 2 rc alpha a foo sp ga x snapshot final -')),
  nuget: text(numbers, joined('-', 'a A 1 01 0', 1), joined('.', 'a B 1 10 0', 2)),
  packagist: text(
    fc.constantFrom('', 'v', '1.'),
    one('1 0 01'),
    joined('. - _ +', '0 1 dev alpha a beta RC1 rc p foo # patch1 Beta'),
  ),
  pub: semver,
  pypi: text(
    fc.constantFrom('', '0!', '1!'),
    numbers,
    joined('. - _', 'a1 b rc1 dev post1 1 rev dev0 pre2'),
    fc.constantFrom('', '', '+1', '+a', '+a.1', '+01', '.x'),
  ),
  rpm: text(one('1 0: 1:1 01 a'), joined('. ~ ^ - _ +', '0 1 01 a rc ~ ^ el8 10')),
  rubygems: text(numbers, joined('. - .0.', '0 1 a b1 rc 10 0')),
  semver,
  windows: text(one('0 1 01 10'), joined('.', '0 1 19045 01', 3)),
};
const names = Object.keys(VERSION_SCHEMES) as VersionSchemeName[];

describe.each(names)('the order of %s', (name) => {
  const { parse, compare } = VERSION_SCHEMES[name] as VersionScheme<unknown>;
  const texts = GENERATORS[name];
  const version = texts.map((text) => ({ text, parsed: parse(text) })).filter(({ parsed }) => parsed !== null);

  test('is reflexive and antisymmetric', () => {
    fc.assert(
      fc.property(version, version, ({ parsed: a }, { parsed: b }) => {
        return compare(a, a) === 0 && compare(a, b) + compare(b, a) === 0;
      }),
      { numRuns: 3000 },
    );
  });

  test('is transitive, and what is equal is equal to the same', () => {
    fc.assert(
      fc.property(version, version, version, ({ parsed: a }, { parsed: b }, { parsed: c }) => {
        const ab = compare(a, b);
        const bc = compare(b, c);
        return ab * bc < 0 || compare(a, c) === (ab || bc);
      }),
      { numRuns: 5000 },
    );
  });

  test('parses most of what is generated, and never throws on any text', () => {
    const share = fc.sample(texts, { numRuns: 300, seed: 3 }).filter((text) => parse(text) !== null).length / 300;
    expect(share).toBeGreaterThan(0.5);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parse(text) !== undefined));
  });

  test('is exact for long numbers, and quick for hostile text', () => {
    const long = '9'.repeat(100);
    const [a, b] = name === 'semver' || name === 'pub' ? [`${long}1.0.0`, `${long}2.0.0`] : [`${long}1`, `${long}2`];
    expect(compareVersionTexts(name, a, b)).toBe(-1);
    const start = performance.now();
    for (const text of [
      '1'.repeat(200_000),
      '1.'.repeat(100_000),
      '-'.repeat(200_000),
      `1-${'a.'.repeat(100_000)}!`,
      ' '.repeat(200_000),
    ])
      compareVersionTexts(name, text, text);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test.each(['', ' ', '\t', '\n', '\u0000', '1\u00002'])('%j is no version', (text) => {
    expect(parse(text)).toBeNull();
  });
});
