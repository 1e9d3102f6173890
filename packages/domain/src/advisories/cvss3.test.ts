import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { cvss3BaseScore, parseCvss3 } from './cvss3.ts';

const folder = fileURLToPath(new URL('../../../../../shared/data/cvss/', import.meta.url));

describe('cvss3BaseScore', () => {
  test.each([
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0],
    ['CVSS:3.0/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', 1.6],
    ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O', 8.1],
  ])('%s scores %d', (vector, score) => {
    const metrics = parseCvss3(vector);
    expect(metrics && cvss3BaseScore(metrics)).toBe(score);
  });

  test.skipIf(!existsSync(folder)).each(['3.0', '3.1'])(
    'agrees with every vector of ../shared/data for %s (skipped when absent)',
    (version) => {
      const lines = gunzipSync(readFileSync(`${folder}vectors_${version}.tsv.gz`))
        .toString('utf8')
        .trim()
        .split('\n')
        .slice(1);
      const wrong = lines.filter((line) => {
        const [, vector = '', score] = line.split('\t');
        const metrics = parseCvss3(vector);
        return metrics === null || cvss3BaseScore(metrics) !== Number(score);
      });
      expect(wrong).toEqual([]);
      expect(lines.length).toBeGreaterThan(2000);
    },
  );
});

test.each([
  '',
  'AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:2.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H',
  'CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:3.1/AV:NA/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/',
  'CVSS:3.1/__proto__:N',
])('parseCvss3 refuses %j', (vector) => {
  expect(parseCvss3(vector)).toBeNull();
});
