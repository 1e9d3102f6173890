import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aChange, anExplanation, aPatch, NOW } from './test-fixtures.ts';
import { runCli, type Terminal } from './test-io.ts';
import { Break, openTestServer, type TestServer, TOKEN } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({});
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers = { listPatches: () => ({ data: [aPatch()], next_cursor: null }) };
  server.received = [];
});

function cli(args: string[], terminal: Terminal = {}) {
  return runCli(args, {
    now: NOW,
    ...terminal,
    env: { FLEETMEND_URL: server.origin, FLEETMEND_TOKEN: TOKEN, ...terminal.env },
  });
}

describe('a list', () => {
  test('is a table on a terminal, with relative times and no colour where none is wanted', async () => {
    const { out, code } = await cli(['patch', 'list', '--no-color'], { isOutTty: true });
    const [title, row] = out.split('\n');
    expect(code).toBe(0);
    expect(title).toMatch(/^#\s+PATCH\s+DECISION\s+SCORE/);
    expect(row).toMatch(/^1\s+P-1\s+act\s+92\s+openssl 3\.0\.17-1~deb12u3\s+2\/3/);
    expect(row?.length).toBeLessThanOrEqual(120);
  });

  test.each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
  ])('with %j has colour: %s', async (env, isColoured) => {
    const { out } = await cli(['patch', 'list'], { isOutTty: true, env: env as Record<string, string> });
    expect(out.includes('\u001b[31mact')).toBe(isColoured);
  });

  test('is whole TSV in a pipe', async () => {
    server.answers.listPatches = () => ({ data: [aPatch({ why: ['x'.repeat(300)] })], next_cursor: null });
    const { out } = await cli(['patch', 'list'], { columns: 40 });
    expect(out).toBe(`1\tP-1\tact\t92\topenssl 3.0.17-1~deb12u3\t2/3\t\t${'x'.repeat(300)}\t\tCreate a change\n`);
  });

  test('has absolute times in a pipe and relative ones on a terminal', async () => {
    server.answers.listChanges = () => {
      const { document: _, canonical: __, ...change } = aChange();
      return { data: [change], next_cursor: null };
    };
    expect((await cli(['change', 'list'])).out).toContain('\t2026-11-23T11:00:00Z\t');
    expect((await cli(['change', 'list'], { isOutTty: true, columns: 200 })).out).toContain('1 h ago');
  });

  test('with --json is exactly the answer of the API', async () => {
    const page = { data: [aPatch()], next_cursor: 'more' };
    server.answers.listPatches = () => page;
    const { out, err } = await cli(['patch', 'list', '--json'], { isOutTty: true });
    expect(JSON.parse(out)).toEqual(page);
    expect(err).toBe('');
  });

  test('in a pipe follows every page; on a terminal says that there is more', async () => {
    server.answers.listPatches = ({ query }) =>
      query.get('cursor') === null
        ? { data: [aPatch()], next_cursor: 'c2' }
        : { data: [aPatch({ id: 'P-2' })], next_cursor: null };
    expect((await cli(['patch', 'list'])).out.split('\n').filter(Boolean)).toHaveLength(2);
    const onTerminal = await cli(['patch', 'list'], { isOutTty: true });
    expect(onTerminal.out).not.toContain('P-2');
    expect(onTerminal.err).toContain('--cursor c2');
  });

  test('spells out what a hostile machine put into its text', async () => {
    server.answers.listPatches = () => ({ data: [aPatch({ source: 'x\u001b[2J\u202ey\n' })], next_cursor: null });
    for (const isOutTty of [true, false]) {
      const { out } = await cli(['patch', 'list', '--no-color'], { isOutTty, columns: 200 });
      expect(out).toContain('x\\x1b[2J\\u{202e}y\\n');
      expect(out).not.toContain('\u001b');
    }
    const json = await cli(['patch', 'list', '--json']);
    expect(json.out).not.toContain('\u202e');
    expect(JSON.parse(json.out).data[0].source).toBe('x\u001b[2J\u202ey\n');
  });

  test('with --check ends with 3 when there is something, with 0 when there is nothing', async () => {
    expect((await cli(['patch', 'list', '--check'])).code).toBe(3);
    server.answers.listPatches = () => ({ data: [], next_cursor: null });
    expect((await cli(['patch', 'list', '--check'])).code).toBe(0);
  });

  test('passes filters on', async () => {
    await cli(['patch', 'list', '--host', 'web-01', '--decision', 'track_star', '--security']);
    expect(server.received[0]?.query.toString()).toBe('limit=1000&asset=web-01&decision=track_star&security=true');
  });
});

describe('patch explain', () => {
  test('prints a table whose points sum to the score', async () => {
    server.answers.explainPatch = () => anExplanation();
    const { out, err } = await cli(['patch', 'explain', 'P-1', '--no-color'], { isOutTty: true });
    const points = [...out.matchAll(/^ {2}\S.* ([+−]\d+) {3}/gmu)].map((match) =>
      Number((match[1] ?? '').replace('−', '-')),
    );
    expect(points).toEqual([35, 18, -2]);
    expect(out).toMatch(/51 {3}of 100 · model v1/);
    expect(out).toContain('CISA KEV · 2 h ago');
    expect(out).toContain('Not known   2 hosts have no inventory');
    expect(err).toBe('');
  });

  test('says so when they do not', async () => {
    server.answers.explainPatch = () => anExplanation({ score: 90 });
    expect((await cli(['patch', 'explain', 'P-1'])).err).toContain('sum to 51');
  });
});

describe('patch curve', () => {
  const point = { patch: 'P-1', source: 'openssl', to_version: '3.0.2', decision: 'act' as const, rank: 1 };
  const answer = {
    sentence: '1 of 3 patches removes 90 % of the risk that patches can remove.',
    share: 0.8,
    count: 1,
    of: 3,
    total: 10,
    removable: 10,
    not_counted: 4,
    points: [
      { ...point, gain: 9, gain_share: 0.9, removed_share: 0.9 },
      { ...point, patch: 'P-2', gain: 1, gain_share: 0.1, removed_share: 1 },
    ],
  };

  test('prints the smallest choice, what it leaves out, and all on demand', async () => {
    server.answers.readRiskCurve = () => answer;
    const { out, err } = await cli(['patch', 'curve']);
    expect(out).toBe('P-1\tact\t1\topenssl 3.0.2\t90 %\t90 %\n');
    expect(err).toContain(answer.sentence);
    expect(err).toContain('4 findings are not counted');
    expect((await cli(['patch', 'curve', '--all', '--share', '95'])).out.split('\n')).toHaveLength(3);
    expect(server.received.map(({ query }) => query.toString())).toEqual(['share=0.8', 'share=0.95']);
  });

  test.each(['0', '101', 'most', '1.5'])('a share of %s is no share: 2', async (share) => {
    expect((await cli(['patch', 'curve', '--share', share])).code).toBe(2);
  });
});

describe('refusals', () => {
  test('without a server or a token: 4, and how to sign in', async () => {
    const nowhere = await runCli(['patch', 'list'], { env: { XDG_CONFIG_HOME: '/nonexistent' } });
    expect([nowhere.code, nowhere.out]).toEqual([4, '']);
    expect(nowhere.err).toContain('fleetmend login');
    const noToken = await runCli(['patch', 'list'], {
      env: { XDG_CONFIG_HOME: '/nonexistent', FLEETMEND_URL: server.origin },
    });
    expect(noToken.code).toBe(4);
    expect(server.received).toEqual([]);
  });

  test('a token that does not count: 4', async () => {
    const { code, err } = await cli(['patch', 'list'], { env: { FLEETMEND_TOKEN: 'fm_wrong' } });
    expect(code).toBe(4);
    expect(err).toContain('request: req-1');
    expect(err).not.toContain('fm_wrong');
  });

  test('an unknown id: 1, with the request to ask about', async () => {
    const { code, out, err } = await cli(['patch', 'show', 'P-99']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^error: There is nothing at this address\. .*\nfix: .*\nrequest: req-1\n$/);
  });

  test('a server that is not there: 1, and which', async () => {
    const { code, err } = await cli(['patch', 'list'], { env: { FLEETMEND_URL: 'http://127.0.0.1:9' } });
    expect(code).toBe(1);
    expect(err).toContain('http://127.0.0.1:9 cannot be reached');
  });

  test('a connection that breaks before the answer: asked again with the same key, so that it is done once', async () => {
    let asked = 0;
    server.answers.cancelChange = () => {
      asked += 1;
      return asked === 1 ? new Break() : aChange({ state: 'cancelled' });
    };
    const { code, err } = await cli(['change', 'cancel', 'CH-1']);
    expect(code).toBe(0);
    expect(err).toContain('asking again');
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test('a connection that breaks under a request that cannot be repeated: 1, and it is not repeated', async () => {
    server.answers.createToken = () => new Break();
    expect((await cli(['token', 'create', 'ci'])).code).toBe(1);
    expect(server.received).toHaveLength(1);
  });

  test('api sends its token nowhere else', async () => {
    const { code, err } = await cli(['api', 'GET', '//evil.example/steal']);
    expect(code).toBe(2);
    expect(err).toContain('is no path of');
  });

  test('api prints what the server says, problems too', async () => {
    expect(JSON.parse((await cli(['api', 'GET', 'patches'])).out)).toEqual({ data: [aPatch()], next_cursor: null });
    const missing = await cli(['api', 'get', '/api/v1/nothing']);
    expect([missing.code, JSON.parse(missing.out).code]).toEqual([1, 'not-found']);
  });
});

test('no command takes a secret as an argument', () => {
  for (const name of ['login', 'token', 'key', 'webhook', 'root', 'change']) {
    const source = readFileSync(new URL(`./commands/${name}.ts`, import.meta.url), 'utf8');
    expect(source).not.toMatch(/option\('--(token|secret|password|passphrase)/);
  }
});
