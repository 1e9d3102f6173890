import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parseNpmRange, satisfiesNpmRange } from './npm-range.ts';
import { compareVersionTexts, VERSION_SCHEMES, type VersionSchemeName } from './registry.ts';
import { parseSemver } from './semver.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const vectors = fileURLToPath(new URL('../../../../../shared/data/version_vectors/', import.meta.url));
/** Parts that schemes share, and what is no order of single versions. */
const SHARED = ['compare-digits', 'ecosystems', 'npm-comparator', 'npm-range', 'pypi-legacy', 'registry'];
/** Where a native tool contradicts a vector: what we say, argued in docs/decisions/0008-version-order.md. */
const differences = readFileSync(new URL('fixtures/differences.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const names = Object.keys(VERSION_SCHEMES) as VersionSchemeName[];

describe('the registry', () => {
  test('has every scheme of this folder, under the name of its file', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
    const schemes = files.map((file) => file.slice(0, -3)).filter((name) => !SHARED.includes(name));
    expect(schemes.toSorted()).toEqual(names.toSorted());
  });

  test.each(names)('%s links its specification', (name) => {
    expect(readFileSync(`${folder}${name}.ts`, 'utf8')).toMatch(/\/\*\*[^/]*(https:\/\/|Policy)/);
  });
});

const files = existsSync(vectors) ? readdirSync(vectors).filter((file) => !file.startsWith('npm_ranges')) : [];

describe('the vectors of ../shared/data', () => {
  test.skipIf(files.length > 0)('are not there: nothing was compared with them', () => {});

  test.each(files)('%s', (file) => {
    const bytes = readFileSync(`${vectors}${file}`);
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    const lines = text.trim().split('\n').slice(1);
    const wrong = lines.flatMap((line) => {
      const [scheme, a = '', operator, b = ''] = line.split('\t');
      const order = compareVersionTexts(scheme as VersionSchemeName, a, b);
      const sign = order === null ? '?' : '<=>'[order + 1];
      return sign === operator ? [] : [`${scheme} ${a} ${sign} ${b}`];
    });
    console.info(`${file}: ${lines.length - wrong.length} of ${lines.length} as the vector says`);
    const scheme = file.split('.')[0] ?? '';
    expect(wrong.toSorted()).toEqual(differences.filter((line) => line.startsWith(`${scheme} `)).toSorted());
  });
});

const ranges = `${vectors}npm_ranges.tsv.gz`;
test.skipIf(!existsSync(ranges))(
  'npm_ranges.tsv.gz, with and without pre-releases (skipped when it is not there)',
  () => {
    const lines = gunzipSync(readFileSync(ranges)).toString('utf8').trim().split('\n').slice(1);
    const wrong = lines.filter((line) => {
      const [, rangeText = '', versionText = '', ...expected] = line.split('\t');
      const version = parseSemver(versionText);
      return [false, true].some((includesPrerelease, i) => {
        const range = parseNpmRange(rangeText, { includesPrerelease });
        const isIn = range !== null && version !== null && satisfiesNpmRange(range, version);
        return String(isIn) !== expected[i];
      });
    });
    console.info(`npm_ranges.tsv.gz: ${lines.length - wrong.length} of ${lines.length} as the vector says`);
    expect(wrong).toEqual([]);
  },
);
