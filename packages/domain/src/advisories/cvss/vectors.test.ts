import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  type Cvss,
  cvssBaseScore,
  cvssEnvironmentalScore,
  cvssOverallScore,
  cvssTemporalScore,
  parseCvss,
} from './cvss.ts';
import { cvss3EnvironmentalScore, cvss3TemporalScore } from './cvss3.ts';

/** Published vectors and their scores (../shared/data/cvss); not part of the repository. */
const folder = fileURLToPath(new URL('../../../../../../shared/data/cvss/', import.meta.url));

function readColumns(file: string): string[][] {
  const lines = gunzipSync(readFileSync(`${folder}${file}`))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return lines.slice(1).map((line) => line.split('\t'));
}

/** The three columns of a vector file: in 4.0 the first is the score of the whole vector, 3.x has all three always. */
function expectedColumns(cvss: Cvss): (number | null)[] {
  if (cvss.version === '4.0') return [cvssOverallScore(cvss), null, null];
  if (cvss.version === '2.0') return [cvssBaseScore(cvss), cvssTemporalScore(cvss), cvssEnvironmentalScore(cvss)];
  return [cvssBaseScore(cvss), cvss3TemporalScore(cvss), cvss3EnvironmentalScore(cvss)];
}

describe.skipIf(!existsSync(folder))('every vector of ../shared/data/cvss (skipped when it is not there)', () => {
  test.each([
    ['2.0', 1565],
    ['3.0', 2315],
    ['3.1', 2822],
    ['4.0', 3252],
  ])('all three scores of %s', (version, count) => {
    const rows = readColumns(`vectors_${version}.tsv.gz`);
    const wrong = rows.filter(([, vector = '', ...scores]) => {
      const cvss = parseCvss(vector);
      const given = scores.slice(0, 3).map((score) => (score === '' ? null : Number(score)));
      return cvss?.version !== version || JSON.stringify(expectedColumns(cvss)) !== JSON.stringify(given);
    });
    expect(wrong).toEqual([]);
    expect(rows.length).toBe(count);
  });

  test('the vectors of CVE records', () => {
    const rows = readColumns('real_world_vulnrichment.tsv.gz');
    const wrong = rows.filter(([vector = '', , , score]) => {
      const cvss = parseCvss(vector);
      return cvss === null || expectedColumns(cvss)[0] !== Number(score);
    });
    expect(wrong).toEqual([]);
    expect(rows.length).toBe(1975);
  });

  test('prints how many a second are read and scored', () => {
    const vectors = ['2.0', '3.0', '3.1', '4.0'].flatMap((version) =>
      readColumns(`vectors_${version}.tsv.gz`).map(([, vector = '']) => vector),
    );
    const rounds = 5;
    const start = performance.now();
    let sum = 0;
    for (let round = 0; round < rounds; round++)
      for (const vector of vectors) {
        const cvss = parseCvss(vector);
        sum += cvss === null ? 0 : cvssOverallScore(cvss);
      }
    const seconds = (performance.now() - start) / 1000;
    console.log(`CVSS: ${Math.round((rounds * vectors.length) / seconds)} vectors a second`);
    expect(sum).toBeGreaterThan(0);
  });
});
