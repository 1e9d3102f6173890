import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLOW } from '@fleetmend/domain/flow.ts';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const decisions = readdirSync(join(ROOT, 'docs/decisions')).map((name) => `docs/decisions/${name}`);
const pages = readdirSync(join(ROOT, 'docs'), { withFileTypes: true }).flatMap((entry) =>
  entry.isFile() ? [`docs/${entry.name}`] : [],
);
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'GLOSSARY.md',
  'SECURITY.md',
  ...pages,
  ...decisions,
];

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

describe.each(documents)('%s', (path) => {
  const text = read(path);

  test('links to files that are there', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([]);
  });

  test('names files that are there', () => {
    const named = [...text.matchAll(/`((?:packages|scripts|e2e|docs)\/[\w./@-]+\.(?:ts|tsx|md|json|mjs|sh))`/g)];
    expect(named.map((match) => match[1] ?? '').filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
  });
});

test('documents keep to their length', () => {
  const lines = (path: string) => read(path).trimEnd().split('\n').length;
  expect(lines('README.md')).toBeLessThanOrEqual(120);
  expect(lines('ARCHITECTURE.md')).toBeLessThanOrEqual(200);
  for (const path of decisions) expect(lines(path), path).toBeLessThanOrEqual(80);
});

test('the README begins with the two commands', () => {
  expect(/```\n([^`]*)```/.exec(read('README.md'))?.[1]).toBe('npm start\nnpm test\n');
});

test('the settings that the README lists are read somewhere', () => {
  const listed = [...read('README.md').matchAll(/^\| `((?:FLEETMEND|DATABASE)_[A-Z]+)`/gm)].map(
    (match) => match[1] ?? '',
  );
  expect(listed.length).toBeGreaterThan(5);
  const sources = read('scripts/start/settings.ts') + read('packages/server/src/platform/postgres/start-postgres.ts');
  expect(listed.filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
});

test('the flow is quoted as the code has it', () => {
  expect(read('ARCHITECTURE.md')).toContain(FLOW.join(' → '));
});

test('every invariant names a test that is there', () => {
  const invariants = read('ARCHITECTURE.md')
    .split('\n\n')
    .filter((paragraph) => paragraph.startsWith('**Architecture Invariant:**'));
  expect(invariants.length).toBeGreaterThan(10);
  const unheld = invariants.filter((text) => !/`[\w./-]+\.test\.ts`|same tests/.test(text));
  expect(unheld).toEqual([]);
});

test('each decision has a number of its own, is dated, and says what else was thought of', () => {
  const numbers = decisions.map((path) => Number(/(\d{4})-/.exec(path)?.[1]));
  expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual(numbers);
  for (const path of decisions) {
    const text = read(path);
    expect(text, path).toMatch(/^# \d{4} .+\n\n- Status: (accepted|superseded by \d{4})\n- Date: \d{4}-\d\d-\d\d\n/);
    expect(
      [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]),
      path,
    ).toEqual(['Context', 'Decision', 'Consequences', 'Alternatives']);
  }
});
