import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { entryHash, FIRST_PREVIOUS_HASH } from '@fleetmend/domain/audit/hash-chain.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lineChanges } from './commands/policy.ts';
import { runCli, scratchFolder, type Terminal } from './test-io.ts';
import { openTestServer, type Received, type TestServer, TOKEN } from './test-server.ts';

const scratch = scratchFolder();
let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({});
});
afterAll(async () => {
  await server.close();
  scratch.remove();
});
beforeEach(() => {
  server.received = [];
});
function cli(args: string[], terminal: Terminal = {}) {
  return runCli(args, { ...terminal, env: { FLEETMEND_URL: server.origin, FLEETMEND_TOKEN: TOKEN } });
}

function aFeed(id: string) {
  return {
    id,
    title: id,
    homepage: 'https://example.org',
    source: 'import',
    because: 'read on every site',
    last_success_at: null,
    last_attempt_at: null,
    data_version: null,
    published_at: null,
    records: 3,
    quarantined_records: null,
    is_released: false,
    state: 'fresh' as const,
    error: null,
    max_age_hours: 24,
  };
}

describe('feed import', () => {
  beforeEach(() => {
    server.answers = {
      listFeeds: () => ({ data: [aFeed('kev'), aFeed('epss'), aFeed('osv')], next_cursor: null }),
      importFeed: ({ params }: Received) => {
        if (params['id'] === 'epss') throw new Problem('feed-refused', 'It is cut off at byte 12.');
        return aFeed(params['id'] ?? '');
      },
    };
  });

  test('joins the records of a folder that bears the name of a feed, inflated', async () => {
    const folder = join(scratch.path, 'mirror', 'osv');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.json'), '{"id":1}');
    writeFileSync(join(folder, 'b.json.gz'), gzipSync('{"id":2}'));
    for (const path of [folder, join(scratch.path, 'mirror')]) {
      server.received = [];
      expect(await cli(['feed', 'import', path])).toMatchObject({ code: 0 });
      expect(String(server.received.at(-1)?.body)).toBe('{"id":1}\n{"id":2}\n');
    }
  });

  test('loads each file of a folder that is named after a feed; a refused one keeps no other out', async () => {
    const folder = join(scratch.path, 'feeds');
    mkdirSync(folder);
    for (const name of ['kev.json', 'epss-2026-11-20.csv.gz', 'osv.zip', 'kevin.txt', 'README'])
      writeFileSync(join(folder, name), name);
    const { code, out, err } = await cli(['feed', 'import', folder]);
    expect(code).toBe(1);
    const loaded = server.received.filter(({ name }) => name === 'importFeed');
    expect(loaded.map(({ params, body }) => [params['id'], String(body)])).toEqual([
      ['epss', 'epss-2026-11-20.csv.gz'],
      ['kev', 'kev.json'],
      ['osv', 'osv.zip'],
    ]);
    expect(out).toContain('Feed\tosv');
    expect(err).toContain('It is cut off at byte 12.');
    expect(err).toContain('kevin.txt is named after no feed');
  });

  test.each([
    [['/nonexistent'], 'cannot be read'],
    [[scratch.path, '--feed', 'kev'], 'holds no .json'],
  ])('%j is a usage error', async (args, text) => {
    const { code, err } = await cli(['feed', 'import', ...args]);
    expect(code).toBe(2);
    expect(err).toContain(text);
  });
});

describe('audit', () => {
  const entries = chain(5);
  const file = (name: string, lines: unknown[]) => {
    const path = join(scratch.path, name);
    writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
    return path;
  };

  test('export gives every entry, oldest first, and verifies without the server', async () => {
    server.answers.listAudit = ({ query }) =>
      query.get('cursor') === null
        ? { data: entries.slice(2).toReversed(), next_cursor: 'c' }
        : { data: entries.slice(0, 2).toReversed(), next_cursor: null };
    const { out } = await cli(['audit', 'export']);
    const path = join(scratch.path, 'export.ndjson');
    writeFileSync(path, out);
    const { code, out: verdict } = await runCli(['audit', 'verify', '--file', path, '--head', entries[2]?.hash ?? '']);
    expect(code).toBe(0);
    expect(verdict).toContain('Entries\t5');
    expect(verdict).toContain('Holds the head\tyes');
  });

  test.each([
    [
      'changed',
      entries.map((entry) => (entry.sequence === 3 ? { ...entry, actor: 'nobody' } : entry)),
      'broken at entry 3',
    ],
    ['removed', entries.filter(({ sequence }) => sequence !== 2), 'broken at entry 2'],
    ['swapped', [entries[1], entries[0]], 'broken at entry 1'],
    ['no entry', [{ hello: 1 }], 'line 1 of the export is no audit entry'],
  ])('an entry that is %s is found', async (name, lines, text) => {
    const { code, err } = await runCli(['audit', 'verify', '--file', file(`${name}.ndjson`, lines)]);
    expect(code).toBe(1);
    expect(err).toContain(text);
  });

  test('a log whose end was cut off lacks the hash that was written down', async () => {
    const { code, err } = await runCli([
      'audit',
      'verify',
      '--file',
      file('cut.ndjson', entries.slice(0, 3)),
      '--head',
      entries[4]?.hash ?? '',
    ]);
    expect(code).toBe(1);
    expect(err).toContain('cut off or replaced');
  });

  test('a broken log on the server: 1', async () => {
    server.answers.verifyAudit = () => ({
      is_intact: false,
      entries: 5,
      head: 'x',
      broken_at: 4,
      proves: '',
      checked_at: '2026-11-23T12:00:00Z',
    });
    expect((await cli(['audit', 'verify'])).code).toBe(1);
  });
});

describe('policy apply', () => {
  const yaml = 'kind: Policy\nname: web\nselect: env = prod\n';
  const checked = () => ({
    name: 'web',
    yaml,
    sha256: 'a'.repeat(64),
    sentence: 'Machines in prod',
    asset_count: 2,
    next_windows: [],
    spec: {
      kind: 'Policy' as const,
      name: 'web',
      owner: null,
      select: 'env = prod',
      rings: [{ name: 'all', select: '', max_in_flight: 10, bake: '15m' }],
      window: null,
      approvals: { quorum: 1 },
      gates: [],
      on_gate_fail: 'pause' as const,
      reboot: 'if-needed' as const,
    },
  });
  const kept = (text: string) => ({ ...checked(), yaml: text, updated_at: '2026-11-23T12:00:00Z', updated_by: null });
  beforeEach(() => {
    server.answers = {
      checkPolicy: checked,
      putPolicy: () => kept(yaml),
      readPolicy: () => kept('kind: Policy\nname: web\nselect: env = dev\n'),
    };
  });

  test('says what changes, deletions first, then keeps it', async () => {
    const { code, err } = await cli(['policy', 'apply', '-'], { stdin: yaml });
    expect(code).toBe(0);
    expect(err).toContain('~ policy web changes:\n  - select: env = dev\n  + select: env = prod\n');
    expect(server.received.at(-1)?.name).toBe('putPolicy');
  });

  test('--check keeps nothing and ends with 3 when something would change', async () => {
    expect((await cli(['policy', 'apply', '-', '--check'], { stdin: yaml })).code).toBe(3);
    server.answers.readPolicy = () => kept(yaml);
    expect((await cli(['policy', 'apply', '-', '--check'], { stdin: yaml })).code).toBe(0);
    expect(server.received.some(({ name }) => name === 'putPolicy')).toBe(false);
  });

  test('a policy that is not valid says where', async () => {
    server.answers.checkPolicy = () => {
      throw new Problem('policy-invalid', 'The policy is not valid.', [
        { pointer: '/rings/0/bake', message: 'a number and one of s, m, h, d' },
      ]);
    };
    const { code, err } = await cli(['policy', 'check', '-'], { stdin: yaml });
    expect(code).toBe(1);
    expect(err).toContain('/rings/0/bake: a number');
  });

  test.each([
    ['', 'a\nb', ['+ a', '+ b']],
    ['a\nb', 'a\nb', []],
    ['a\na', 'a', ['- a']],
    ['a\nb', 'b\nc', ['- a', '+ c']],
  ])('from %j to %j: %j', (before, after, changes) => {
    expect(lineChanges(before, after)).toEqual(changes);
  });
});

function chain(length: number) {
  let previous_hash = FIRST_PREVIOUS_HASH;
  return Array.from({ length }, (_, i) => {
    const entry = {
      sequence: i + 1,
      at: '2026-11-23T12:00:00Z',
      actor: 'Ada',
      verb: 'change.create',
      object: `change/CH-${i}`,
      detail: {},
      request_id: null,
    };
    const hash = entryHash(entry, previous_hash, nodeCryptography);
    const chained = { ...entry, previous_hash, hash };
    previous_hash = hash;
    return chained;
  });
}
