import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BESIDE, EDGE, FLOW } from '@fleetmend/domain/flow.ts';
import { describe, expect, test } from 'vitest';
import { readSources, type Source } from './scripts/architecture/source.ts';
import {
  cycles,
  directionViolations,
  type Manifest,
  ownImports,
  packageViolations,
  purityViolations,
  sqlViolations,
  testLeanViolations,
} from './scripts/architecture.ts';

const ROOT = import.meta.dirname;
const flow = { flow: FLOW, beside: BESIDE, edge: EDGE };
const packages = ['domain', 'api', 'server', 'agent', 'cli', 'web'];

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
}
const rootManifest = readManifest('.');
const manifests = Object.fromEntries(packages.map((name) => [name, readManifest(`packages/${name}`)]));

describe('the house as it stands', () => {
  const sources = readSources(ROOT);

  test('was really looked at', () => {
    expect(ownImports(sources).length).toBeGreaterThan(100);
    for (const name of packages)
      expect(
        sources.some(({ path }) => path.startsWith(`packages/${name}/`)),
        name,
      ).toBe(true);
  });
  test('imports point upstream', () => expect(directionViolations(sources, flow)).toEqual([]));
  test('packages import what lies below them and what they declare', () => {
    expect(packageViolations(sources, manifests, rootManifest)).toEqual([]);
  });
  test('no files load each other', () => expect(cycles(sources)).toEqual([]));
  test('the domain is pure', () => expect(purityViolations(sources)).toEqual([]));
  test('SQL stands in stores, queries, migrations and the platform', () => expect(sqlViolations(sources)).toEqual([]));
  test('what runs leans on no test', () => expect(testLeanViolations(sources)).toEqual([]));
});

/** A house of a few files in a folder of its own, read as the real one is. */
function houseOf(files: Record<string, string>): Source[] {
  const root = mkdtempSync(join(tmpdir(), 'fleetmend-house-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, 'packages', path)), { recursive: true });
      writeFileSync(join(root, 'packages', path), text);
    }
    return readSources(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const upstream = 'server/src/patches/rank.ts';
const downstream = "'../changes/plan.ts'";

describe('direction: a planted import is caught', () => {
  test.each([
    ['static', `import { plan } from ${downstream};`],
    ['type-only', `import type { Plan } from ${downstream};`],
    ['inline type', `import { type Plan } from ${downstream};`],
    ['for its effects', `import ${downstream};`],
    ['dynamic', `const plan = await import(${downstream});`],
    ['type expression', `type Plan = import(${downstream}).Plan;`],
    ['re-export', `export { plan } from ${downstream};`],
    ['re-export of all', `export * from ${downstream};`],
    ['re-export of a type', `export type { Plan } from ${downstream};`],
    ['by the package name', `import { plan } from '@fleetmend/server/changes/plan.ts';`],
  ])('%s', (_, text) => {
    expect(directionViolations(houseOf({ [upstream]: text }), flow)).toHaveLength(1);
  });

  test.each([
    ['the edge, from a stage', 'server/src/kpis/count.ts', `import '../notifications/send.ts';`],
    ['the edge, from a file of no stage', 'server/src/version.ts', `import './integrations/jira.ts';`],
    ['a stage, from beside the flow', 'server/src/platform/jobs.ts', `import '../feeds/load.ts';`],
    [
      'a stage, from a folder of no stage',
      'web/src/ui/DataTable.tsx',
      `import type { Patch } from '../patches/PatchesPage.tsx';`,
    ],
    ['the composer, from a stage', 'server/src/feeds/load.ts', `import { openApp } from '../app.ts';`],
    ['downstream, in the domain', 'domain/src/findings/match.ts', `import '../patches/rank.ts';`],
    [
      'downstream, in the console',
      'web/src/inventory/AssetPage.tsx',
      `export const a = <p />; import('../kpis/Kpis.tsx');`,
    ],
    ['downstream, in the CLI', 'cli/src/changes/list.ts', `import '../rollouts/list.ts';`],
  ])('%s', (_, path, text) => {
    expect(directionViolations(houseOf({ [path]: text }), flow)).toHaveLength(1);
  });

  test.each([
    ['upstream', 'server/src/changes/plan.ts', `import '../patches/rank.ts';`],
    ['beside', 'server/src/feeds/load.ts', `import '../audit/record-audit.ts'; import '../platform/jobs.ts';`],
    ['the composer knows every stage', 'server/src/app.ts', `import './kpis/a.ts'; import './notifications/b.ts';`],
    ['the edge knows every stage', 'server/src/notifications/send.ts', `import '../rollouts/a.ts';`],
    [
      'a comment or a text is no import',
      upstream,
      `// import ${downstream}\nexport const text = "import ${downstream}";`,
    ],
  ])('allowed: %s', (_, path, text) => {
    expect(directionViolations(houseOf({ [path]: text }), flow)).toEqual([]);
  });
});

describe('packages: a planted import is caught', () => {
  test.each([
    ['the domain importing the contract', 'domain/src/a.ts', `import type { X } from '@fleetmend/api/patches.ts';`],
    ['the contract importing the server', 'api/src/a.ts', `import '@fleetmend/server/app.ts';`],
    ['the agent importing the server', 'agent/src/a.ts', `import '@fleetmend/server/app.ts';`],
    ['the console importing the CLI', 'web/src/a.tsx', `import '@fleetmend/cli/main.ts';`],
    ['a package nobody declared', 'server/src/a.ts', `import leftPad from 'left-pad';`],
    ['a package of another workspace', 'agent/src/a.ts', `import pg from 'pg';`],
    ['a package for building, in what ships', 'server/src/a.ts', `import { build } from 'vite';`],
    ['a scoped package by a deep path', 'cli/src/a.ts', `import '@mantine/core/styles.css';`],
  ])('%s', (_, path, text) => {
    expect(packageViolations(houseOf({ [path]: text }), manifests, rootManifest)).toHaveLength(1);
  });

  test('allowed: what package.json names, Node, and test tools in tests', () => {
    const house = houseOf({
      'server/src/a.ts': `import pg from 'pg'; import { join } from 'node:path'; import '@fleetmend/domain/flow.ts';`,
      'server/src/a.test.ts': `import { test } from 'vitest';`,
    });
    expect(packageViolations(house, manifests, rootManifest)).toEqual([]);
  });
});

describe('cycles', () => {
  test('of two and of three files are told once each', () => {
    const house = houseOf({
      'api/src/a.ts': `import './b.ts';`,
      'api/src/b.ts': `export * from './a.ts';`,
      'cli/src/x.ts': `import './y.ts';`,
      'cli/src/y.ts': `import './z.ts';`,
      'cli/src/z.ts': `import { type X } from './x.ts';`,
    });
    expect(cycles(house)).toEqual([
      'cycle: packages/api/src/a.ts → packages/api/src/b.ts → packages/api/src/a.ts',
      'cycle: packages/cli/src/x.ts → packages/cli/src/y.ts → packages/cli/src/z.ts → packages/cli/src/x.ts',
    ]);
  });
  test('a type-only way back is none', () => {
    expect(
      cycles(houseOf({ 'api/src/a.ts': `import './b.ts';`, 'api/src/b.ts': `import type { A } from './a.ts';` })),
    ).toEqual([]);
  });
});

describe('purity: the domain may not reach for', () => {
  test.each([
    `import { readFileSync } from 'node:fs';`,
    `import { readFileSync } from 'fs';`,
    'export const now = Date.now();',
    'export const now = new Date();',
    'export const now = Date();',
    'export const dice = Math.random();',
    'export const home = process.env.HOME;',
    'export const home = globalThis.process.env.HOME;',
    `export const page = fetch('https://example.org');`,
    'export const id = crypto.randomUUID();',
    'setTimeout(() => undefined, 1);',
  ])('%s', (text) => {
    expect(purityViolations(houseOf({ 'domain/src/a.ts': text })).length).toBeGreaterThan(0);
  });

  test('allowed: time that is handed in, and words about it', () => {
    const text = `// Date.now() is never called here\nexport const later = (now: Date) => new Date(now.getTime() + Date.parse('2026-01-01'));`;
    expect(purityViolations(houseOf({ 'domain/src/a.ts': text }))).toEqual([]);
  });
});

describe('SQL', () => {
  test.each([
    ['a statement in a use case', 'server/src/changes/plan.ts', 'const q = sql`SELECT 1`;'],
    ['a typed statement in a route', 'server/src/changes/change.routes.ts', 'const q = sql<Row>`SELECT 1`;'],
    ['kysely in a job', 'server/src/changes/change.jobs.ts', `import { Kysely } from 'kysely';`],
    ['the driver in the CLI', 'cli/src/a.ts', `import pg from 'pg';`],
  ])('planted: %s', (_, path, text) => {
    expect(sqlViolations(houseOf({ [path]: text }))).toHaveLength(1);
  });
  test.each(['changes/change.store.ts', 'changes/change.queries.ts', 'platform/database.ts'])(
    'allowed in %s',
    (path) => {
      expect(
        sqlViolations(houseOf({ [`server/src/${path}`]: "import { sql } from 'kysely'; sql`SELECT 1`;" })),
      ).toEqual([]);
    },
  );
});

test('planted: a program that leans on a test file is caught', () => {
  expect(testLeanViolations(houseOf({ 'server/src/a.ts': `import './platform/test-database.ts';` }))).toHaveLength(1);
});

test('planted: a file that cannot be read ends the check', () => {
  expect(() => houseOf({ 'server/src/a.ts': 'import {{{' })).toThrow(/server\/src\/a\.ts/);
});
