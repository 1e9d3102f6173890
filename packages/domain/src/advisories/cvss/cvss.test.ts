import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Cvss,
  cvssBaseScore,
  cvssEnvironmentalScore,
  cvssOverallScore,
  cvssSeverity,
  cvssTemporalScore,
  describeCvss,
  parseCvss,
  printCvss,
} from './cvss.ts';
import { CVSS2_FORMAT } from './cvss2-metrics.ts';
import { CVSS3_FORMAT } from './cvss3-metrics.ts';
import { CVSS4_FORMAT } from './cvss4-metrics.ts';
import type { MetricTable } from './metric-table.ts';

function read(vector: string): Cvss {
  const cvss = parseCvss(vector);
  if (cvss === null) throw new Error(`no vector: ${vector}`);
  return cvss;
}

const V2 = 'AV:N/AC:L/Au:N/C:C/I:C/A:C';
const V3 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const V4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';

describe('scores', () => {
  test.each([
    // The worked examples of the v2 guide, section 3.3: CVE-2002-0392, CVE-2003-0818, CVE-2003-0062.
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H', 7.8, 6.4, 9.2],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L', 10, 8.3, 9],
    ['AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M', 6.2, 4.9, 7.5],
    ['AV:L/AC:H/Au:N/C:N/I:N/A:N', 0, null, null],
    // A requirement so low that the adjusted score is −0.2, and collateral damage counted from there.
    ['AV:L/AC:H/Au:M/C:N/I:N/A:P/AR:L', 0.8, null, 0],
    ['AV:L/AC:H/Au:M/C:N/I:N/A:P/CDP:H/AR:L', 0.8, null, 4.9],
    [V3, 9.8, null, null],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10, null, null],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0, null, null],
    ['CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', 1.6, null, null],
    ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O', 8.1, 7.3, null],
    // What 3.1 changed: the curve of the modified impact.
    ['CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:C/C:H/I:H/A:H/CR:M', 7.2, null, 7.2],
    ['CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:C/C:H/I:H/A:H/CR:M', 7.2, null, 7.3],
  ])('%s', (vector, base, temporal, environmental) => {
    const cvss = read(vector);
    expect([cvssBaseScore(cvss), cvssTemporalScore(cvss), cvssEnvironmentalScore(cvss)]).toEqual([
      base,
      temporal,
      environmental,
    ]);
    expect(cvssOverallScore(cvss)).toBe(environmental ?? temporal ?? base);
  });

  test.each([
    [V4, 9.3, 9.3],
    ['CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.3, 7.3],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H', 10, 10],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', 0, 0],
    [`${V4}/E:P`, 9.3, 8.9],
    [`${V4}/E:U/S:P/U:Red`, 9.3, 8.1],
    [`${V4}/MVC:N/MVI:N/MVA:N`, 9.3, 0],
    [`${V4}/MSI:S`, 9.3, 10],
    ['CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:L/VA:L/SC:L/SI:L/SA:L/CR:L/IR:M/AR:L/MSA:S', 1, 4.6],
    // EQ3 and EQ6 at 00 go down by the way that scores higher; 5.65 in floating point is 5.6499….
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/CR:H/IR:M/AR:L', 9.3, 9.3],
  ])('%s', (vector, base, whole) => {
    const cvss = read(vector);
    expect([cvssBaseScore(cvss), cvssOverallScore(cvss)]).toEqual([base, whole]);
    expect([cvssTemporalScore(cvss), cvssEnvironmentalScore(cvss)]).toEqual([null, null]);
  });
});

describe('parseCvss refuses', () => {
  test.each([
    ['nothing', ''],
    ['a word', 'high'],
    ['3.1 without its prefix', V3.slice('CVSS:3.1/'.length)],
    ['2.0 with a prefix', `CVSS:2.0/${V2}`],
    ['2.0 in brackets', `(${V2})`],
    ['a version that is not', V3.replace('3.1', '3.2')],
    ['a version that is longer', V3.replace('3.1', '3.10')],
    ['a prefix in lower case', V3.replace('CVSS', 'cvss')],
    ['a prefix alone', 'CVSS:3.1/'],
    ['metrics of another version', `CVSS:4.0/${V3.slice('CVSS:3.1/'.length)}`],
    ['a missing base metric in 2.0', V2.replace('/A:C', '')],
    ['a missing base metric in 3.1', V3.replace('/S:U', '')],
    ['a missing base metric in 4.0', V4.replace('/AT:N', '')],
    ['a base metric that is not defined', V3.replace('AV:N', 'AV:X')],
    ['a metric given twice', V3.replace('AV:N', 'AV:N/AV:N')],
    ['an optional metric given twice', `${V3}/E:X/E:X`],
    ['an unknown metric', `${V3}/ZZ:N`],
    ['a supplemental metric of 4.0 in 3.1', `${V3}/AU:N`],
    ['an unknown value', V3.replace('AV:N', 'AV:Q')],
    ['a value that is longer', V3.replace('AV:N', 'AV:NA')],
    ['a value in lower case', V3.replace('AV:N', 'AV:n')],
    ['a name in lower case', V3.replace('AV:N', 'av:N')],
    ['AU for Au', V2.replace('Au:', 'AU:')],
    ['an urgency in upper case', `${V4}/U:RED`],
    ['safety where only the modified metric has it', V4.replace('SI:N', 'SI:S')],
    ['another order in 2.0', 'AC:L/AV:N/Au:N/C:C/I:C/A:C'],
    ['another order in 4.0', V4.replace('AV:N/AC:L', 'AC:L/AV:N')],
    ['threat before base in 4.0', V4.replace('CVSS:4.0/', 'CVSS:4.0/E:A/')],
    ['a slash at the end', `${V3}/`],
    ['two slashes', V3.replace('/AC', '//AC')],
    ['an equals sign', V3.replace('AV:N', 'AV=N')],
    ['two colons', V3.replace('AV:N', 'AV::N')],
    ['a third part', V3.replace('AV:N', 'AV:N:N')],
    ['a space before', ` ${V3}`],
    ['a line feed after', `${V3}\n`],
    ['what every object has', 'CVSS:3.1/__proto__:N'],
    ['what every object has, as a value', V3.replace('AV:N', 'AV:constructor')],
    ['a million metrics', `${V3}${'/E:X'.repeat(1_000_000)}`],
  ])('%s', (_, vector) => {
    expect(parseCvss(vector)).toBeNull();
  });

  test('but takes 3.x in any order, and metrics said to be not defined', () => {
    const shuffled = 'CVSS:3.1/A:H/I:H/C:H/S:U/E:X/UI:N/PR:N/AC:L/AV:N';
    expect(printCvss(read(shuffled))).toBe(V3);
    expect(printCvss(read(`${V2}/E:ND/TD:ND`))).toBe(V2);
    expect(printCvss(read(`${V4}/E:X/U:X`))).toBe(V4);
  });
});

test.each([
  ['3.1', [0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9, 10], 'NONE LOW LOW MEDIUM MEDIUM HIGH HIGH CRITICAL CRITICAL'],
  ['4.0', [0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9, 10], 'NONE LOW LOW MEDIUM MEDIUM HIGH HIGH CRITICAL CRITICAL'],
  ['2.0', [0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9, 10], 'LOW LOW LOW MEDIUM MEDIUM HIGH HIGH HIGH HIGH'],
] as const)('severity in %s', (version, scores, words) => {
  expect(scores.map((score) => cvssSeverity(version, score)).join(' ')).toBe(words);
});

test('a vector in words leaves out what is not defined', () => {
  expect(describeCvss(read(`${V2}/E:POC/TD:ND`)).slice(-2)).toEqual([
    { metric: 'A', name: 'Availability Impact', group: 'base', value: 'C', meaning: 'Complete' },
    { metric: 'E', name: 'Exploitability', group: 'threat', value: 'POC', meaning: 'Proof-of-Concept' },
  ]);
  expect(describeCvss(read(V3)).map(({ name, meaning }) => `${name}: ${meaning}`)).toContain('Scope: Unchanged');
  expect(describeCvss(read(`${V4}/AU:Y`)).at(-1)).toMatchObject({ name: 'Automatable', meaning: 'Yes' });
});

/** Any vector of a version: every base metric, and some of the others. */
function vectors(prefix: string, table: MetricTable): fc.Arbitrary<string> {
  const metrics = Object.entries(table).map(([name, { group, values }]) => {
    const given = fc.constantFrom(...Object.keys(values)).map((value) => `${name}:${value}`);
    return group === 'base' ? given : fc.option(given, { nil: null });
  });
  return fc.tuple(...metrics).map((parts) => prefix + parts.filter((part) => part !== null).join('/'));
}
const anyVector = fc.oneof(
  vectors('', CVSS2_FORMAT.table),
  vectors('CVSS:3.0/', CVSS3_FORMAT.table),
  vectors('CVSS:3.1/', CVSS3_FORMAT.table),
  vectors('CVSS:4.0/', CVSS4_FORMAT.table),
);

describe('for every vector', () => {
  test('each score is from 0.0 to 10.0, with one decimal', () => {
    fc.assert(
      fc.property(anyVector, (vector) => {
        const cvss = read(vector);
        const scores = [cvssBaseScore, cvssTemporalScore, cvssEnvironmentalScore, cvssOverallScore];
        for (const score of scores.map((of) => of(cvss))) {
          if (score === null) continue;
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(10);
          expect(Object.is(score, Number(score.toFixed(1)))).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('what is printed reads as the same, and prints as the same', () => {
    fc.assert(
      fc.property(anyVector, (vector) => {
        const cvss = read(vector);
        const printed = printCvss(cvss);
        expect(parseCvss(printed)).toEqual(cvss);
        expect(printCvss(read(printed))).toBe(printed);
      }),
      { numRuns: 2000 },
    );
  });

  test('one character more, fewer or other is refused or another vector', () => {
    const change = fc.tuple(anyVector, fc.nat(), fc.constantFrom('', '/', ':', 'N', 'x', ' '), fc.boolean());
    fc.assert(
      fc.property(change, ([vector, place, character, isInserted]) => {
        const at = place % vector.length;
        const changed = vector.slice(0, at) + character + vector.slice(isInserted ? at : at + 1);
        const cvss = parseCvss(changed);
        if (changed !== vector && cvss !== null) expect(printCvss(cvss)).not.toContain('undefined');
        if (cvss !== null) expect(parseCvss(printCvss(cvss))).toEqual(cvss);
      }),
      { numRuns: 3000 },
    );
  });
});

/** The values of each base metric of 3.x, the more severe ones first. */
const WORST_FIRST = { AV: 'NALP', AC: 'LH', PR: 'NLH', UI: 'NR', C: 'HLN', I: 'HLN', A: 'HLN' };

/** Every vector of base metrics in 3.x. */
function everyBase(): string[] {
  let all = [''];
  for (const [name, values] of Object.entries({ ...WORST_FIRST, S: 'UC' }))
    all = all.flatMap((start) => [...values].map((value) => `${start}/${name}:${value}`));
  return all;
}

test.each(['3.0', '3.1'])('in %s no base metric made worse lowers the base score: all 2,592 vectors', (version) => {
  const score = (rest: string) => cvssBaseScore(read(`CVSS:${version}${rest}`));
  const scores = new Map(everyBase().map((rest) => [rest, score(rest)]));
  expect(scores.size).toBe(2592);
  const lowered = [...scores].flatMap(([rest, milder]) =>
    Object.entries(WORST_FIRST).flatMap(([name, values]) => {
      const at = values.indexOf(rest.split(`/${name}:`)[1]?.[0] ?? '');
      const worse = rest.replace(`/${name}:${values[at]}`, `/${name}:${values[at - 1]}`);
      return at > 0 && (scores.get(worse) ?? -1) < milder ? [`${worse} below ${rest}`] : [];
    }),
  );
  expect(lowered).toEqual([]);
});
