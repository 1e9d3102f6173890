import { describe, expect, test } from 'vitest';
import { type Cvss, cvssBaseScore, cvssEnvironmentalScore, cvssTemporalScore, parseCvss } from './cvss.ts';

/**
 * The equations of 2.0 and 3.x once more, on decimals without any rounding but the specification's: floating point can
 * land beside a step of the scale, and here every step that any vector can take is compared.
 */
interface Decimal {
  /** The number without its decimal point. */
  digits: bigint;
  places: number;
}

function decimal(text: string): Decimal {
  const [whole = '', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), places: fraction.length };
}
function times(...factors: (Decimal | string)[]): Decimal {
  let product: Decimal = { digits: 1n, places: 0 };
  for (const factor of factors) {
    const { digits, places } = typeof factor === 'string' ? decimal(factor) : factor;
    product = { digits: product.digits * digits, places: product.places + places };
  }
  return product;
}
function at({ digits, places }: Decimal, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - places);
}
function plus(a: Decimal | string, b: Decimal | string): Decimal {
  const [left, right] = [a, b].map((each) => (typeof each === 'string' ? decimal(each) : each)) as [Decimal, Decimal];
  const places = Math.max(left.places, right.places);
  return { digits: at(left, places) + at(right, places), places };
}
const negative = (a: Decimal | string) => times('-1', a);
function power(base: Decimal, exponent: number): Decimal {
  return { digits: base.digits ** BigInt(exponent), places: base.places * exponent };
}
function least(a: Decimal, b: Decimal): Decimal {
  return plus(a, negative(b)).digits < 0n ? a : b;
}

/** To so many places, halves away from zero. */
function roundHalf(value: Decimal, places: number): Decimal {
  if (value.places <= places) return { digits: at(value, places), places };
  const unit = 10n ** BigInt(value.places - places);
  const size = value.digits < 0n ? -value.digits : value.digits;
  const rounded = (2n * size + unit) / (2n * unit);
  return { digits: value.digits < 0n ? -rounded : rounded, places };
}
function ceiling(value: Decimal): Decimal {
  if (value.places <= 1) return { digits: at(value, 1), places: 1 };
  const unit = 10n ** BigInt(value.places - 1);
  return { digits: (value.digits + unit - 1n) / unit, places: 1 };
}
const roundUp = (version: string, value: Decimal) => ceiling(version === '3.0' ? value : roundHalf(value, 5));
const score = ({ digits }: Decimal) => Math.max(0, Number(digits) / 10);

function shareLost(...impacts: Decimal[]): Decimal {
  return plus('1', negative(times(...impacts.map((impact) => plus('1', negative(impact))))));
}

type Weights = Record<string, string>;
const TWO = {
  AV: { L: '0.395', A: '0.646', N: '1' } as Weights,
  AC: { H: '0.35', M: '0.61', L: '0.71' } as Weights,
  Au: { M: '0.45', S: '0.56', N: '0.704' } as Weights,
  impact: { N: '0', P: '0.275', C: '0.66' } as Weights,
  requirement: { L: '0.5', M: '1', H: '1.51' } as Weights,
  E: { U: '0.85', POC: '0.9', F: '0.95', H: '1' } as Weights,
  RL: { OF: '0.87', TF: '0.9', W: '0.95', U: '1' } as Weights,
  RC: { UC: '0.9', UR: '0.95', C: '1' } as Weights,
  CDP: { N: '0', L: '0.1', LM: '0.3', MH: '0.4', H: '0.5' } as Weights,
  TD: { N: '0', L: '0.25', M: '0.75', H: '1' } as Weights,
};
const THREE = {
  AV: { N: '0.85', A: '0.62', L: '0.55', P: '0.2' } as Weights,
  AC: { L: '0.77', H: '0.44' } as Weights,
  UI: { N: '0.85', R: '0.62' } as Weights,
  PR: { U: { N: '0.85', L: '0.62', H: '0.27' }, C: { N: '0.85', L: '0.68', H: '0.5' } } as Record<string, Weights>,
  impact: { H: '0.56', L: '0.22', N: '0' } as Weights,
  requirement: { H: '1.5', M: '1', L: '0.5' } as Weights,
  E: { H: '1', F: '0.97', P: '0.94', U: '0.91' } as Weights,
  RL: { U: '1', W: '0.97', T: '0.96', O: '0.95' } as Weights,
  RC: { C: '1', R: '0.96', U: '0.92' } as Weights,
};

/** Every choice of one value for each metric. */
function choices(metrics: Record<string, readonly string[]>): Record<string, string>[] {
  let all: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(metrics))
    all = all.flatMap((start) => values.map((value) => ({ ...start, [name]: value })));
  return all;
}
const print = (metrics: Record<string, string>) =>
  Object.entries(metrics)
    .map(([name, value]) => `${name}:${value}`)
    .join('/');
function read(vector: string): Cvss {
  const cvss = parseCvss(vector);
  if (cvss === null) throw new Error(`no vector: ${vector}`);
  return cvss;
}
const of = (weights: Weights | undefined, value = '') => weights?.[value] ?? '';

describe('2.0', () => {
  const adjusted = (m: Record<string, string>) => {
    const weigh = (impact: string, requirement: string) =>
      times(of(TWO.impact, m[impact]), m[requirement] === undefined ? '1' : of(TWO.requirement, m[requirement]));
    const uncut = times('10.41', shareLost(weigh('C', 'CR'), weigh('I', 'IR'), weigh('A', 'AR')));
    const impact = m['CR'] === undefined ? uncut : least(decimal('10'), uncut);
    if (impact.digits === 0n) return decimal('0.0');
    const exploitability = times('20', of(TWO.AV, m['AV']), of(TWO.AC, m['AC']), of(TWO.Au, m['Au']));
    const sum = plus(plus(times('0.6', impact), times('0.4', exploitability)), '-1.5');
    return roundHalf(times(sum, '1.176'), 1);
  };
  const byTime = (m: Record<string, string>, value: Decimal) =>
    roundHalf(times(value, of(TWO.E, m['E']), of(TWO.RL, m['RL']), of(TWO.RC, m['RC'])), 1);
  const base = {
    AV: ['L', 'A', 'N'],
    AC: ['H', 'M', 'L'],
    Au: ['M', 'S', 'N'],
    C: ['N', 'P', 'C'],
    I: ['N', 'P', 'C'],
    A: ['N', 'P', 'C'],
  };
  const time = { E: ['U', 'POC', 'F', 'H'], RL: ['OF', 'TF', 'W', 'U'], RC: ['UC', 'UR', 'C'] };
  const needs = { CR: ['L', 'M', 'H'], IR: ['L', 'M', 'H'], AR: ['L', 'M', 'H'] };
  /** One vector for each score that can come out so far, with that score. */
  const starts = new Map<string, { metrics: Record<string, string>; value: Decimal }>();

  test('every base score', () => {
    for (const metrics of choices(base)) expect(cvssBaseScore(read(print(metrics)))).toBe(score(adjusted(metrics)));
  });

  test('every environmental score, requirements alone', () => {
    const wrong = choices({ ...base, ...needs }).filter((metrics) => {
      const value = adjusted(metrics);
      starts.set(String(value.digits), { metrics, value });
      return cvssEnvironmentalScore(read(print(metrics))) !== score(value);
    });
    expect(wrong).toEqual([]);
    expect(starts.size).toBeGreaterThan(80);
  });

  test('from every score with requirements, every way through time, damage and distribution', () => {
    const rest = choices({ ...time, CDP: Object.keys(TWO.CDP), TD: Object.keys(TWO.TD) });
    const wrong = [...starts.values()].flatMap(({ metrics: start, value }) =>
      rest.filter((more) => {
        const { CR = '', IR = '', AR = '', ...bare } = start;
        const { CDP = '', TD = '', ...timed } = more;
        const later = byTime(more, value);
        const damage = plus(later, times(plus('10', negative(later)), of(TWO.CDP, CDP)));
        const expected = score(roundHalf(times(damage, of(TWO.TD, TD)), 1));
        return cvssEnvironmentalScore(read(print({ ...bare, ...timed, CDP, TD, CR, IR, AR }))) !== expected;
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('every temporal score', () => {
    const bases = new Map(choices(base).map((metrics) => [String(adjusted(metrics).digits), metrics]));
    for (const metrics of bases.values())
      for (const more of choices(time)) {
        const expected = score(byTime(more, adjusted(metrics)));
        expect(cvssTemporalScore(read(print({ ...metrics, ...more })))).toBe(expected);
      }
  });
});

describe.each(['3.0', '3.1'])('%s', (version) => {
  const scoreOf = (m: Record<string, string>, impact: Decimal) => {
    if (impact.digits <= 0n) return decimal('0.0');
    const pr = of(THREE.PR[m['S'] ?? ''], m['PR']);
    const exploitability = times('8.22', of(THREE.AV, m['AV']), of(THREE.AC, m['AC']), pr, of(THREE.UI, m['UI']));
    const sum = times(m['S'] === 'U' ? '1' : '1.08', plus(impact, exploitability));
    return roundUp(version, least(sum, decimal('10')));
  };
  const impactOf = (m: Record<string, string>, lost: Decimal, bend: Decimal) =>
    m['S'] === 'U' ? times('6.42', lost) : plus(times('7.52', plus(lost, '-0.029')), times('-3.25', bend));
  const baseOf = (m: Record<string, string>) => {
    const lost = shareLost(...['C', 'I', 'A'].map((name) => decimal(of(THREE.impact, m[name]))));
    return scoreOf(m, impactOf(m, lost, power(plus(lost, '-0.02'), 15)));
  };
  const environmentalOf = (m: Record<string, string>) => {
    const weigh = (impact: string, need: string) => times(of(THREE.impact, m[impact]), of(THREE.requirement, m[need]));
    const lost = least(shareLost(weigh('C', 'CR'), weigh('I', 'IR'), weigh('A', 'AR')), decimal('0.915'));
    const bend = version === '3.0' ? power(plus(lost, '-0.02'), 15) : power(plus(times(lost, '0.9731'), '-0.02'), 13);
    return scoreOf(m, impactOf(m, lost, bend));
  };
  const byTime = (m: Record<string, string>, value: Decimal) =>
    roundUp(version, times(value, of(THREE.E, m['E']), of(THREE.RL, m['RL']), of(THREE.RC, m['RC'])));
  const impact = ['H', 'L', 'N'];
  const base = {
    AV: ['N', 'A', 'L', 'P'],
    AC: ['L', 'H'],
    PR: ['N', 'L', 'H'],
    UI: ['N', 'R'],
    S: ['U', 'C'],
    C: impact,
    I: impact,
    A: impact,
  };
  const needs = { CR: ['H', 'M', 'L'], IR: ['H', 'M', 'L'], AR: ['H', 'M', 'L'] };
  const time = choices({ E: ['H', 'F', 'P', 'U'], RL: ['U', 'W', 'T', 'O'], RC: ['C', 'R', 'U'] });
  const full = (metrics: Record<string, string>) => read(`CVSS:${version}/${print(metrics)}`);

  test('every base score, and every temporal score of each', () => {
    const starts = new Map<string, Record<string, string>>();
    for (const metrics of choices(base)) {
      const value = baseOf(metrics);
      starts.set(String(value.digits), metrics);
      expect(cvssBaseScore(full(metrics))).toBe(score(value));
    }
    for (const metrics of starts.values())
      for (const more of time)
        expect(cvssTemporalScore(full({ ...metrics, ...more }))).toBe(score(byTime(more, baseOf(metrics))));
  });

  test('every environmental score, and every way through time from each', () => {
    const starts = new Map<string, Record<string, string>>();
    const wrong = choices({ ...base, ...needs }).filter((metrics) => {
      const value = environmentalOf(metrics);
      starts.set(String(value.digits), metrics);
      return cvssEnvironmentalScore(full(metrics)) !== score(value);
    });
    expect(wrong).toEqual([]);
    for (const metrics of starts.values())
      for (const more of time)
        expect(cvssEnvironmentalScore(full({ ...metrics, ...more }))).toBe(
          score(byTime(more, environmentalOf(metrics))),
        );
  });
});
