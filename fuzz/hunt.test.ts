import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Coverage, startCoverage } from './coverage.ts';
import { hunt } from './hunt.ts';
import { judge } from './judge.ts';
import { type FuzzTarget, inPieces } from './target.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleetmend-planted-'));
const path = join(folder, 'planted.mjs');
/** Wrong only behind five conditions, each of which is a way of its own. */
const PLANTED = `export function read(bytes) {
  if (bytes[0] !== 0x7b) return 0;
  if (bytes[1] !== 0x5b) return 1;
  if (bytes[2] !== 0x7b) return 2;
  if (bytes[3] !== 0x3a) return 3;
  if (bytes[4] !== 0x2c) return 4;
  throw new TypeError('planted');
}`;
let coverage: Coverage;
let planted: FuzzTarget;
const blind: Coverage = { isNew: () => false, isRoundNew: () => false, ways: () => 0, stop: () => undefined };

beforeAll(async () => {
  writeFileSync(path, PLANTED);
  coverage = startCoverage((url) => url.includes('fleetmend-planted-'));
  const { read } = await import(pathToFileURL(path).href);
  planted = { name: 'planted', source: path, isStream: false, seeds: () => [Buffer.from('nothing')], run: read };
});
afterAll(() => {
  coverage.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the hunt', () => {
  test('finds behind five conditions what it does not find without coverage, and makes it small', {
    timeout: 60_000,
  }, async () => {
    const { finding } = await hunt(planted, { seconds: 40, seed: 3, coverage });
    expect(finding?.complaint).toContain('planted');
    expect(Buffer.from(finding?.input ?? []).toString()).toMatch(/^\{\[\{:,/);
    const without = await hunt(planted, { seconds: 2, seed: 3, coverage: blind });
    expect(without).toMatchObject({ finding: null });
    expect(without.runs).toBeGreaterThan(100);
  });

  test('does the same twice with one seed', { timeout: 30_000 }, async () => {
    const early = { ...planted, run: (input: Uint8Array) => JSON.parse(Buffer.from(input).toString()) };
    const inputs = [];
    for (const seed of [5, 5, 6])
      inputs.push((await hunt(early, { seconds: 5, seed, coverage: blind })).finding?.input);
    expect(inputs[0]).toEqual(inputs[1]);
  });
});

describe('a target fails on', () => {
  const target = (run: FuzzTarget['run'], isStream = false): FuzzTarget => ({ ...planted, run, isStream });
  const input = Buffer.from('0123456789'.repeat(20));
  class FeedRefused extends Error {}
  const kept: Buffer[] = [];

  test.each<[string, FuzzTarget, RegExp | null]>([
    ['nothing, where it answers', target(() => 1), null],
    [
      'nothing, where it refuses as it declares',
      target(() => {
        throw new FeedRefused('no');
      }),
      null,
    ],
    [
      'what it does not declare',
      target(() => {
        throw new RangeError('no');
      }),
      /does not declare: RangeError/,
    ],
    [
      'more than two seconds',
      target(() => {
        const began = process.threadCpuUsage();
        while (process.threadCpuUsage(began).user < 2_100_000);
      }),
      /takes \d{4} ms/,
    ],
    ['more memory than it may have', target(() => kept.push(Buffer.alloc(450 * 1024 ** 2, 1))), /takes \d{3} MiB/],
    [
      'another answer in other pieces',
      target(async (bytes, chunk) => {
        let pieces = 0;
        for await (const _ of inPieces(bytes, chunk)) pieces++;
        return pieces;
      }, true),
      /in pieces of \d+ bytes/,
    ],
  ])('%s', async (_, each, complaint) => {
    const said = await judge(each, input, true);
    if (complaint === null) expect(said).toBeNull();
    else expect(said).toMatch(complaint);
  });

  test('a changed prototype', async () => {
    const said = await judge(
      target(() => Object.defineProperty(Object.prototype, 'polluted', { value: 1, configurable: true })),
      input,
      false,
    );
    Reflect.deleteProperty(Object.prototype, 'polluted');
    expect(said).toMatch(/prototype/);
  });
});
