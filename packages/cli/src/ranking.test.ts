import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Output } from '@fleetmend/api/client.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { FIRST_MODEL } from '@fleetmend/domain/policies/ranking-model.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NOW } from './test-fixtures.ts';
import { runCli, scratchFolder } from './test-io.ts';
import { openTestServer, type TestServer, TOKEN } from './test-server.ts';

const scratch = scratchFolder();
const YAML = 'kind: Ranking\nepss: 15\n';
const { weights } = FIRST_MODEL;
const STANDING: Output<'readRanking'> = {
  version: 3,
  yaml: YAML,
  weights,
  most_points: 95,
  written_at: '2026-11-23T11:00:00Z',
  written_by: 'Ada',
};
const PREVIEW: Output<'previewRanking'> = {
  weights,
  most_points: 95,
  moved: 1,
  of: 12,
  moves: [
    {
      patch: 'P-1',
      source: 'openssl',
      to_version: '3.0.17',
      from: { rank: 4, decision: 'track', score: 40 },
      to: { rank: 1, decision: 'act', score: 60 },
    },
  ],
};

let server: TestServer;
let file: string;
beforeAll(async () => {
  server = await openTestServer({});
  file = join(scratch.path, 'ranking.yaml');
  writeFileSync(file, YAML);
});
afterAll(async () => {
  scratch.remove();
  await server.close();
});
beforeEach(() => {
  server.answers = { readRanking: () => STANDING, previewRanking: () => PREVIEW };
  server.received = [];
});

function cli(...args: string[]) {
  return runCli(args, { now: NOW, env: { FLEETMEND_URL: server.origin, FLEETMEND_TOKEN: TOKEN } });
}

test('ranking show prints who wrote which version, and its text', async () => {
  const { out } = await cli('ranking', 'show', '--version', '3');
  expect(out).toBe(
    `Version\t3\nMost points\t95\nWritten by\tAda\nWritten\t2026-11-23T11:00:00Z\nkind: Ranking\nepss: 15\n\n`,
  );
  expect(server.received[0]?.query.get('version')).toBe('3');
  expect((await cli('ranking', 'show', '--version', '0')).code).toBe(2);
});

test('ranking history lists every version', async () => {
  const first = { ...STANDING, version: 1, written_at: null, written_by: null };
  server.answers.listRankingVersions = () => ({ data: [STANDING, first], next_cursor: null });
  expect((await cli('ranking', 'history')).out).toBe('3\t95\t2026-11-23T11:00:00Z\tAda\n1\t95\t\tthe program itself\n');
});

test('ranking preview tells what would move, and sends nothing to be kept', async () => {
  const { out, err } = await cli('ranking', 'preview', file);
  expect(out).toBe('P-1\topenssl 3.0.17\t4 → 1\tact\ttrack\t40 → 60\n');
  expect(err).toContain('1 of 12 patches would move');
  expect(server.received.map(({ name }) => name)).toEqual(['previewRanking']);
});

test('ranking set asks first, and overwrites only the version that was read', async () => {
  server.answers.putRanking = () => ({ ...STANDING, version: 4 });
  const unasked = await cli('ranking', 'set', file);
  expect([unasked.code, server.received.some(({ name }) => name === 'putRanking')]).toEqual([2, false]);
  const { out, code } = await cli('ranking', 'set', file, '--yes');
  expect([code, out.split('\n')[0]]).toEqual([0, 'Version\t4']);
  expect(server.received.at(-1)).toMatchObject({ name: 'putRanking', body: { yaml: YAML } });
  expect(server.received.at(-1)?.headers['if-match']).toBe('"3"');
});

test('what is no ranking is refused with its place, and a file that is not there with its name', async () => {
  server.answers.previewRanking = () => {
    throw new Problem('ranking-invalid', 'The ranking cannot be used.', [
      { pointer: '', message: 'line 2, column 1: unknown key "epps"' },
    ]);
  };
  const { code, err } = await cli('ranking', 'set', file, '--yes');
  expect(code).toBe(1);
  expect(err).toContain('line 2, column 1: unknown key "epps"');
  expect((await cli('ranking', 'preview', join(scratch.path, 'none.yaml'))).code).toBe(2);
});
