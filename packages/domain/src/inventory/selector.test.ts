import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSelector, type Selectable, type Selector, selectorMatches } from './selector.ts';

const web: Selectable = {
  hostname: 'web-01',
  labels: { env: 'prod', role: 'web', os: 'labelled', 'rack.row': 'a/3' },
  owner: 'team/web',
  service_group: 'shop',
  criticality: 'high',
  data_sensitivity: null,
  exposure: 'internet',
  facts: { os: { id: 'debian' } },
};
const bare: Selectable = {
  hostname: 'bare',
  labels: {},
  owner: null,
  service_group: null,
  criticality: null,
  data_sensitivity: null,
  exposure: null,
  facts: null,
};

function matches(text: string, asset: Selectable): boolean | string {
  const selector = parseSelector(text);
  return 'error' in selector ? selector.error : selectorMatches(selector, asset);
}

describe('what a selector means', () => {
  test.each([
    ['', true, true],
    ['   ', true, true],
    ['env = prod', true, false],
    ['env=prod', true, false],
    ['env != prod', false, true],
    ['env = "prod"', true, false],
    ['not env = prod', false, true],
    ['not not env = prod', true, false],
    ['role in (web, db)', true, false],
    ['role in (db)', false, false],
    ['not role in (db)', true, true],
    ['env = prod and role = db', false, false],
    ['env = prod or role = db', true, false],
    // "and" binds tighter than "or".
    ['role = db and env = stage or hostname = bare', false, true],
    ['hostname = bare or role = web and env = prod', true, true],
    ['(hostname = bare or role = web) and env = prod', true, false],
    ['not (env = prod or hostname = bare)', false, false],
    ['hostname = web-01', true, false],
    ['owner = team/web', true, false],
    ['criticality = high', true, false],
    ['criticality != high', false, true],
    ['data_sensitivity in (none, internal, confidential)', false, false],
    ['exposure = internet', true, false],
    // `os` is what the machine reports, not a label of that name.
    ['os = debian', true, false],
    ['os = labelled', false, false],
    ['rack.row = a/3', true, false],
    // Nobody's prototype is a label.
    ['constructor = x', false, false],
    ['__proto__ != x', true, true],
    ['toString = "function toString() { [native code] }"', false, false],
    // In quotes nothing is grammar.
    ['env = "and"', false, false],
    ['env in ("prod", "(")', true, false],
  ])('%s', (text, isWeb, isBare) => {
    expect(matches(text, web)).toBe(isWeb);
    expect(matches(text, bare)).toBe(isBare);
  });

  test('no value, whatever it is, matches a machine without the label', () => {
    expect(selectorMatches({ kind: 'is', key: 'env', values: ['\u0000', '', 'null', 'undefined'] }, bare)).toBe(false);
  });
});

describe('what is not a selector', () => {
  test.each([
    ['env', 'expected "=", "!=" or "in" after "env"'],
    ['env =', 'expected a value but found the end'],
    ['env = prod role = web', 'unexpected "role"; expected "and", "or" or the end'],
    ['env = prod and', 'expected a label but found the end'],
    ['= prod', 'expected a label but found "="'],
    ['env == prod', 'expected a value but found "="'],
    ['(env = prod', 'expected ")" but found the end'],
    ['env = prod)', 'unexpected ")"; expected "and", "or" or the end'],
    ['()', 'expected a label but found ")"'],
    ['env in prod', 'expected "(" but found "prod"'],
    ['env in ()', 'expected a value but found ")"'],
    ['env in (a b)', 'expected ")" but found "b"'],
    ['env in (a,)', 'expected a value but found ")"'],
    ['env ! prod', 'cannot read "! prod" at character 4'],
    ['env = "prod', 'cannot read ""prod" at character 6'],
    ['env = a; drop', 'cannot read "; drop" at character 8'],
    ['env = prod && a = b', 'cannot read "&& a = b" at character 11'],
    ['env "=" prod', 'expected "=", "!=" or "in" after "env"'],
    ['a = b "and" c = d', 'unexpected "and"; expected "and", "or" or the end'],
    ['env in "(" a ")"', 'expected "(" but found "("'],
    ['not', 'expected a label but found the end'],
    [`${'('.repeat(500)}a = b${')'.repeat(500)}`, 'nested too deeply'],
    [`${'not '.repeat(500)}a = b`, 'nested too deeply'],
  ])('%s', (text, error) => {
    expect(parseSelector(text)).toEqual({ error });
  });
});

describe('for any selector', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_.:/@-]{1,8}$/);
  const leaf: fc.Arbitrary<Selector> = fc.record({
    kind: fc.constant('is' as const),
    key: fc.constantFrom('env', 'role', 'hostname', 'owner', 'os'),
    values: fc.array(fc.oneof(word, fc.constantFrom('prod', 'web', 'and', 'x y', '(')), { minLength: 1, maxLength: 3 }),
  });
  const { selector } = fc.letrec<{ selector: Selector }>((tie) => ({
    selector: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ kind: fc.constant('not' as const), of: tie('selector') }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('selector'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }));
  const asset: fc.Arbitrary<Selectable> = fc.record({
    hostname: fc.constantFrom('web', 'db'),
    labels: fc.dictionary(fc.constantFrom('env', 'role'), fc.constantFrom('prod', 'web', 'and', 'x y')),
    owner: fc.constantFrom(null, 'web'),
    service_group: fc.constantFrom(null, 'shop'),
    criticality: fc.constant(null),
    data_sensitivity: fc.constant(null),
    exposure: fc.constant(null),
    facts: fc.constantFrom(null, { os: { id: 'prod' } }),
  });
  const isShallow = (of: Selector): boolean => write(of).split('(').length < 25;

  function write(of: Selector): string {
    switch (of.kind) {
      case 'all':
        return '';
      case 'is':
        return `${of.key} in (${of.values.map((value) => `"${value}"`).join(', ')})`;
      case 'not':
        return `not (${write(of.of)})`;
      default:
        return `(${of.of.map((part) => `(${write(part)})`).join(` ${of.kind} `)})`;
    }
  }

  test('what is written is read as the same set of machines', () => {
    fc.assert(
      fc.property(selector.filter(isShallow), asset, (of, machine) => {
        const read = parseSelector(write(of));
        if ('error' in read) throw new Error(`${write(of)}: ${read.error}`);
        expect(selectorMatches(read, machine)).toBe(selectorMatches(of, machine));
      }),
    );
  });

  test('a selector and its negation part the machines', () => {
    fc.assert(
      fc.property(selector, asset, (of, machine) => {
        expect(selectorMatches({ kind: 'not', of }, machine)).toBe(!selectorMatches(of, machine));
      }),
    );
  });

  test('De Morgan holds', () => {
    fc.assert(
      fc.property(selector, selector, asset, (a, b, machine) => {
        const left = selectorMatches({ kind: 'not', of: { kind: 'and', of: [a, b] } }, machine);
        const right = selectorMatches(
          {
            kind: 'or',
            of: [
              { kind: 'not', of: a },
              { kind: 'not', of: b },
            ],
          },
          machine,
        );
        expect(left).toBe(right);
      }),
    );
  });

  test('no text throws', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '=',
      '!=',
      ',',
      '"',
      'and',
      'or',
      'not',
      'in',
      ' ',
      'env',
      '\n',
      '\u0000',
      '💥',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(' ')),
        ),
        (text) => {
          const read = parseSelector(text);
          expect('error' in read ? read.error.length : read.kind.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
