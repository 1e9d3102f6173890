import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { completed, missingOptional } from '../complete-lock.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(text);

describe('package-lock.json', () => {
  test('has an entry for every optional package, or npm ci refuses it on a fresh clone', () => {
    expect(missingOptional(packages)).toEqual([]);
  });

  test('names what each of our packages asks for', () => {
    for (const path of ['', ...Object.keys(packages).filter((key) => key.startsWith('packages/'))]) {
      const manifest = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
      for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
        expect(packages[path][kind] ?? {}, `${kind} of ${path || 'the root'}`).toEqual(manifest[kind] ?? {});
      }
    }
  });

  test('says nothing of where packages were downloaded from', () => {
    expect(text).not.toMatch(/"resolved": "https?:/);
  });

  test('a missing entry is found and made with its platform', () => {
    const gap = { 'node_modules/a': { dev: true, optionalDependencies: { 'a-linux-arm64-musl': '1.2.3' } } };
    expect(missingOptional(gap)).toEqual([['node_modules/a', 'a-linux-arm64-musl', '1.2.3']]);
    expect(completed(gap)['node_modules/a-linux-arm64-musl']).toEqual({
      version: '1.2.3',
      dev: true,
      cpu: ['arm64'],
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    expect(() => completed({ '': { optionalDependencies: { fast: '1.0.0' } } })).toThrow(
      /fast does not tell its platform/,
    );
  });
});
