import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readEndOfLife } from '../advisories/read-end-of-life.ts';
import { operatingSystem } from './operating-system.ts';
import { supportOfSystem } from './support-of-system.ts';

const DATA = {
  debian: {
    releases: {
      '11': { name: '11', codename: 'Bullseye', eol: '2024-08-14', eoes: '2026-08-31' },
      '12': { name: '12', codename: 'Bookworm', eol: '2026-06-10', eoes: '2028-06-30' },
      '13': { name: '13', eol: '2028-08-09' },
    },
  },
  rhel: { releases: { '9': { name: '9', eol: '2032-05-31' }, '5': { name: '5', eol: true } } },
  sles: { releases: { '15.6': { name: '15.6', eol: '2025-12-31' }, '15.7': { name: '15.7', eol: false } } },
};

/** The same as the API writes it. */
const API = {
  schema_version: '1.2.0',
  result: Object.entries(DATA).map(([name, { releases }]) => ({
    name,
    releases: Object.values(releases as Record<string, { name: string; eol: string | boolean; eoes?: string }>).map(
      (each) => ({
        name: each.name,
        isEol: each.eol === true,
        eolFrom: typeof each.eol === 'string' ? each.eol : null,
        eoesFrom: each.eoes ?? null,
      }),
    ),
  })),
};

describe.each([
  ['the data', DATA],
  ['the API', API],
])('by %s of endoflife.date', (_, document) => {
  test.each([
    ['debian', '13.1', 'supported', '2028-08-09'],
    ['debian', '12', 'extended', '2026-06-10'],
    ['debian', '11', 'ended', '2024-08-14'],
    ['rhel', '9.4', 'supported', '2032-05-31'],
    ['redhat', '5', 'ended', null],
    ['sles', '15.6', 'ended', '2025-12-31'],
    ['sles', '15.7', undefined, undefined],
    ['sles', '12.5', undefined, undefined],
    ['arch', '', undefined, undefined],
  ])('%s %s is %s', (id, release, state, ends_on) => {
    const os = operatingSystem(id, release);
    const found = os === null ? null : supportOfSystem(os, readEndOfLife(document) ?? [], '2026-11-25');
    expect([found?.state, found?.ends_on]).toEqual([state, ends_on]);
  });

  test('it ends on the day it is said to end', () => {
    const support = (day: string) =>
      supportOfSystem({ family: 'debian', release: '13' }, readEndOfLife(document) ?? [], day)?.state;
    expect([support('2028-08-08'), support('2028-08-09'), support('2028-08-10')]).toEqual([
      'supported',
      'ended',
      'ended',
    ]);
  });
});

test.each([[{}], [{ debian: 1 }], [{ debian: {} }], [{ a: { releases: [] } }]])(
  '%j is no such document',
  (document) => {
    expect(readEndOfLife(document)).toBeNull();
  },
);

const file = fileURLToPath(new URL('../../../../../shared/data/eol/endoflife_release_data.json.gz', import.meta.url));
test.skipIf(!existsSync(file))('endoflife_release_data.json.gz (skipped when it is not there)', () => {
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  const start = performance.now();
  const cycles = readEndOfLife(JSON.parse(text)) ?? [];
  const products = new Set(cycles.map(({ product }) => product)).size;
  console.info(
    `endoflife: ${text.length} bytes, ${products} products, ${cycles.length} releases, ${Math.round(performance.now() - start)} ms`,
  );
  expect(cycles.length).toBeGreaterThan(2000);
  expect(supportOfSystem({ family: 'debian', release: '9' }, cycles, '2026-11-25')?.state).toBe('ended');
});
