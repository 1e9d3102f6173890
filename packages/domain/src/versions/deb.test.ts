import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDeb, type DebVersion, parseDeb } from './deb.ts';

const fixtures = readFileSync(new URL('fixtures/deb.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' ') as [string, string, string]);
const vectors = fileURLToPath(new URL('../../../../../shared/data/version_vectors/deb.tsv.gz', import.meta.url));
const hasDpkg = existsSync('/usr/bin/dpkg');

function parsed(text: string): DebVersion {
  const version = parseDeb(text);
  if (version === null) throw new Error(`${text} does not parse`);
  return version;
}

function sign(a: string, b: string): string {
  return '<=>'[compareDeb(parsed(a), parsed(b)) + 1] ?? '';
}

function run(...args: string[]): { status: number; complaint: string } {
  try {
    execFileSync('/usr/bin/dpkg', args, { stdio: 'pipe' });
    return { status: 0, complaint: '' };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: Buffer };
    return { status, complaint: stderr.toString() };
  }
}

const part = (alphabet: string, min: number) =>
  fc.array(fc.constantFrom(...alphabet), { minLength: min, maxLength: 8 }).map((letters) => letters.join(''));
const version = fc
  .tuple(
    fc.constantFrom('', '0:', '1:', '7:'),
    fc.constantFrom('0', '1', '09'),
    part('019aAz.+~-', 0),
    fc.option(part('019aZ.+~', 1)),
  )
  .map(([epoch, digit, upstream, revision]) => `${epoch}${digit}${upstream}-0${revision ?? ''}`);

describe('compareDeb', () => {
  test.each(fixtures)('%s %s %s', (a, operator, b) => {
    expect(sign(a, b)).toBe(operator);
  });

  test.skipIf(!existsSync(vectors))(
    'agrees with every vector of ../shared/data (skipped when they are not there)',
    () => {
      const lines = gunzipSync(readFileSync(vectors)).toString('utf8').trim().split('\n').slice(1);
      const wrong = lines.filter((line) => {
        const [, a = '', operator, b = ''] = line.split('\t');
        return sign(a, b) !== operator;
      });
      expect(wrong).toEqual([]);
      expect(lines.length).toBeGreaterThan(14_000);
    },
  );

  test('is reflexive and antisymmetric', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const order = compareDeb(parsed(a), parsed(b));
        return compareDeb(parsed(a), parsed(a)) === 0 && order + compareDeb(parsed(b), parsed(a)) === 0;
      }),
      { numRuns: 2000 },
    );
  });

  test('is transitive', () => {
    fc.assert(
      fc.property(version, version, version, (...texts) => {
        const [a, b, c] = texts.map(parsed).sort(compareDeb) as [DebVersion, DebVersion, DebVersion];
        return compareDeb(a, b) <= 0 && compareDeb(b, c) <= 0 && compareDeb(a, c) <= 0;
      }),
      { numRuns: 2000 },
    );
  });

  test.skipIf(!hasDpkg)(
    'agrees with the real dpkg on random versions and on the fixtures (skipped without dpkg)',
    () => {
      const pairs = [
        ...fc.sample(fc.tuple(version, version), { numRuns: 150, seed: 20_260_821 }),
        ...fixtures.map(([a, , b]) => [a, b] as const),
      ];
      for (const [a, b] of pairs) {
        const word = { '<': 'lt', '=': 'eq', '>': 'gt' }[sign(a, b)] ?? '';
        expect(run('--compare-versions', a, word, b), `${a} ${word} ${b}`).toEqual({ status: 0, complaint: '' });
      }
    },
  );
});

const REFUSED = [
  '',
  ' ',
  ':',
  ':1',
  '1:',
  'x:1',
  '0x1:2',
  '1 :2',
  '1: 2',
  '1 2',
  '2147483648:1',
  '1-',
  '1:-1',
  'a1',
  '1:a',
  '1_2',
  '1-2_3',
  '1-a:b',
  '1\n',
  '1;rm',
  '1$(x)',
  '1\u0000',
  '1é',
  '１',
  '1--',
  '1/2',
  '~1',
  '+1',
];
const ACCEPTED = [
  ' 1',
  '1 ',
  '\t1',
  '+1:2',
  '1:2:3',
  '00000000000000000001:1',
  '1-2-3',
  '0',
  '1~',
  '1+b1',
  '2147483647:1',
];

describe('parseDeb', () => {
  test.each(REFUSED.map((text) => [text]))('refuses %j', (text) => {
    expect(parseDeb(text)).toBeNull();
  });

  test.each(ACCEPTED.map((text) => [text]))('accepts %j', (text) => {
    expect(parseDeb(text)).not.toBeNull();
  });

  test('refuses a negative epoch and takes a negative zero, as strtol does', () => {
    expect(parseDeb('-1:2')).toBeNull();
    expect(parseDeb('-0:2')).toEqual({ epoch: 0, upstream: '2', revision: '' });
  });

  test('takes a version apart', () => {
    expect(parseDeb('2:1.2-3-4+b1')).toEqual({ epoch: 2, upstream: '1.2-3', revision: '4+b1' });
  });

  test.skipIf(!hasDpkg)('judges validity as dpkg does (skipped without dpkg)', () => {
    for (const text of REFUSED.filter((each) => !each.includes('\u0000')))
      expect(run('--validate-version', text).status, text).not.toBe(0);
    for (const text of ACCEPTED) expect(run('--validate-version', text), text).toEqual({ status: 0, complaint: '' });
  });

  test('never throws, and answers at once for hostile text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseDeb(text) !== undefined));
    const long = `1${'0'.repeat(1_000_000)}`;
    expect(compareDeb(parsed(long), parsed(`${long}1`))).toBe(-1);
    expect(parseDeb(`${'-'.repeat(100_000)}_`)).toBeNull();
  });
});
