import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNpmRange, satisfiesNpmRange } from './npm-range.ts';
import { compareVersionTexts, VERSION_SCHEMES, type VersionScheme, type VersionSchemeName } from './registry.ts';
import { parseSemver, type SemverVersion } from './semver.ts';

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
  dotted: text(one('0 1 01 v1 a1'), joined('. - _ +', '0 00 1 10 a beta RC1 rc git2 alpha')),
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
      `${'1'.repeat(200_000)}/`,
    ])
      compareVersionTexts(name, text, text);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test.each(['', ' ', '\t', '\n', '\u0000', '1\u00002'])('%j is no version', (text) => {
    expect(parse(text)).toBeNull();
  });
});

const PYTHON = (load: string, compare: string) =>
  `import sys\n${load}\nfor line in sys.stdin:\n  a, b = line.rstrip("\\n").split("\\t")\n  try: order = ${compare}\n  except Exception: order = None\n  print("?" if order is None else "<=>"[(order > 0) - (order < 0) + 1])`;
/** A program that answers `a<TAB>b` lines on stdin with `<`, `=`, `>` or `?`, by the scheme's own tool. */
const NATIVE: Partial<Record<VersionSchemeName, [command: string, ...args: string[]]>> = {
  rpm: [
    'rpm',
    '--eval',
    '%{lua: for line in io.lines() do local a, b = line:match("^(.-)\\t(.*)$"); local ok, sign = pcall(function() local x, y = rpm.ver(a), rpm.ver(b); return x < y and "<" or (x == y and "=" or ">") end); print(ok and sign or "?") end}',
  ],
  alpm: [
    'python3',
    '-c',
    PYTHON('import ctypes; tool = ctypes.CDLL("libalpm.so.13")', 'tool.alpm_pkg_vercmp(a.encode(), b.encode())'),
  ],
  pypi: ['python3', '-c', PYTHON('from packaging.version import Version as V', '(V(a) > V(b)) - (V(a) < V(b))')],
  rubygems: [
    'ruby',
    '-e',
    'STDIN.each_line { |l| a, b = l.chomp.split("\\t", -1); puts((Gem::Version.new(a) <=> Gem::Version.new(b)).then { |o| "<=>"[o + 1] }) rescue puts "?" }',
  ],
};

/** One sign for each pair; rpm's Lua prints them without a line feed. */
function askNative([command, ...args]: [string, ...string[]], pairs: readonly (readonly [string, string])[]): string[] {
  const input = pairs.map((pair) => `${pair.join('\t')}\n`).join('');
  const output = execFileSync(command, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
  return [...output.replace(/\s/g, '')];
}

function isThere(tool: [string, ...string[]]): boolean {
  try {
    return askNative(tool, [['1', '2']]).join() === '<';
  } catch {
    return false;
  }
}

describe.each(Object.entries(NATIVE))('the native tool of %s', (scheme, tool) => {
  const name = scheme as VersionSchemeName;
  test.skipIf(!isThere(tool))('agrees on random pairs (skipped where it is not installed)', () => {
    const pairs = fc
      .sample(fc.tuple(GENERATORS[name], GENERATORS[name]), { numRuns: 4000, seed: 20_261_123 })
      .filter(([a, b]) => compareVersionTexts(name, a, b) !== null);
    const answers = askNative(tool, pairs);
    expect(answers).toHaveLength(pairs.length);
    const judged = pairs.map(([a, b], i) => ({
      a,
      b,
      native: answers[i],
      ours: '<=>'[(compareVersionTexts(name, a, b) ?? 9) + 1],
    }));
    // What the tool calls invalid has no order to agree with.
    const valid = judged.filter(({ native }) => native !== '?');
    console.info(`${scheme}: ${valid.length} random pairs compared with the native tool`);
    expect(valid.length).toBeGreaterThan(500);
    expect(valid.filter(({ native, ours }) => native !== ours)).toEqual([]);
  });
});

interface NpmSemver {
  satisfies(version: string, range: string, options: { includePrerelease: boolean }): boolean;
  validRange(range: string): string | null;
}

function npmSemver(): NpmSemver | null {
  try {
    return createRequire(import.meta.url)('semver') as NpmSemver;
  } catch {
    return null;
  }
}

describe('npm ranges', () => {
  const theirs = npmSemver();
  const number = one('0 0 1 2 10');
  const whole = text(
    number,
    fc.constant('.'),
    number,
    fc.constant('.'),
    number,
    fc.constantFrom('', '', '-0', '-a.1', '-rc', '+b'),
  );
  const part = fc.oneof(
    whole,
    whole,
    text(number, one('.x .1 .* .x.x .0')),
    one('* x 1 0 X.1 1.x.2 01.1.1 1.2.3.4 a v1.2.3'),
  );
  const comparator = text(
    fc.constantFrom('', '', '>', '<', '>=', '<=', '=', '~', '~>', '^', '> ', '>= ', '~ ', '^ '),
    part,
  );
  const set = fc.oneof(
    fc.array(comparator, { minLength: 1, maxLength: 3 }).map((list) => list.join(' ')),
    fc.tuple(part, part).map((ends) => ends.join(' - ')),
    fc.constant(''),
  );
  const range = fc.array(set, { minLength: 1, maxLength: 2 }).map((sets) => sets.join(' || '));

  test.skipIf(theirs === null)(
    "agree with npm's own semver on random ranges (skipped where it is not installed)",
    () => {
      const disagree = fc
        .sample(fc.tuple(range, whole, fc.boolean()), { numRuns: 20_000, seed: 7 })
        .filter(([range, version, includesPrerelease]) => {
          const parsed = parseNpmRange(range, { includesPrerelease });
          const ours = parsed !== null && satisfiesNpmRange(parsed, parseSemver(version) as SemverVersion);
          const isValid = theirs?.validRange(range) !== null;
          return (
            (parsed !== null) !== isValid ||
            ours !== theirs?.satisfies(version, range, { includePrerelease: includesPrerelease })
          );
        });
      expect(disagree).toEqual([]);
    },
  );

  test.each([
    ['^0.2.0', '0.2.0-0', true, false],
    ['^0.2', '0.2.0-0', true, true],
    ['>=0.0.0 <=0.0.0-rc', '0.0.0-a', false, true],
    ['>=0.0.0-0', '0.0.0-0', true, true],
  ])('%s holds %s, with pre-releases %s: %s', (range, version, includesPrerelease, expected) => {
    const parsed = parseNpmRange(range, { includesPrerelease });
    expect(parsed !== null && satisfiesNpmRange(parsed, parseSemver(version) as SemverVersion)).toBe(expected);
  });

  test.each([
    '^',
    'abc',
    '1.2.3.4',
    '>=',
    '1.x.3',
    '01.2.3',
    '>1.2.3 foo',
    '1.2.3 -',
    '<<1.0.0',
    '^1.2.3.4',
    '\u0000',
    '1 2 -',
    '>=1.0.0-',
  ])('%j is no range', (text) => {
    expect(parseNpmRange(text)).toBeNull();
  });

  test('numbers of any length are exact, hostile text is answered at once', () => {
    const long = '9'.repeat(50);
    const caret = parseNpmRange(`^${long}.0.0`);
    expect(caret !== null && satisfiesNpmRange(caret, parseSemver(`${long}.1.0`) as SemverVersion)).toBe(true);
    expect(caret !== null && satisfiesNpmRange(caret, parseSemver(`1${'0'.repeat(50)}.0.0`) as SemverVersion)).toBe(
      false,
    );
    const start = performance.now();
    for (const text of [
      ' '.repeat(60_000),
      '1 '.repeat(30_000),
      '||'.repeat(30_000),
      `>${' '.repeat(60_000)}x`,
      '='.repeat(60_000),
    ])
      parseNpmRange(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
