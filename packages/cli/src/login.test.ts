import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '@fleetmend/api/problems.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aPatch, aSession } from './test-fixtures.ts';
import { runCli, scratchFolder, type Terminal } from './test-io.ts';
import { openTestServer, type TestServer, TOKEN } from './test-server.ts';

let server: TestServer;
const scratch = scratchFolder();
let home: string;
let count = 0;
beforeAll(async () => {
  server = await openTestServer({});
});
afterAll(async () => {
  await server.close();
  scratch.remove();
});
beforeEach(() => {
  count += 1;
  home = join(scratch.path, String(count));
  server.received = [];
  server.answers = {
    readSession: () => aSession(),
    openSignInLink: () => aSession(),
    createToken: () => ({ id: 'token_1', token: TOKEN, expires_at: '2027-02-21T00:00:00Z' }),
    signOut: () => null,
    revokeToken: () => null,
    listPatches: () => ({ data: [aPatch()], next_cursor: null }),
  };
});

const file = () => join(home, 'fleetmend', 'config.json');
function cli(args: string[], terminal: Terminal = {}) {
  return runCli(args, { ...terminal, env: { XDG_CONFIG_HOME: home, ...terminal.env } });
}

describe('login', () => {
  test('with a token from a pipe: kept in a file that only its owner reads', async () => {
    const { code, out, err } = await cli(['login', server.origin], { stdin: `${TOKEN}\n` });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('as Grace (approver)');
    expect(out).not.toContain(TOKEN);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'fleetmend')).mode & 0o777).toBe(0o700);
    expect((await cli(['patch', 'list'])).code).toBe(0);
  });

  test('with a sign-in link: makes a token of its own and ends the session', async () => {
    const { code } = await cli(['login'], { stdin: `${server.origin}/sign-in#${'t'.repeat(40)}` });
    expect(code).toBe(0);
    expect(server.received.map(({ name }) => name)).toEqual([
      'openSignInLink',
      'createToken',
      'signOut',
      'readSession',
    ]);
    expect(server.received[0]?.body).toEqual({ token: 't'.repeat(40) });
    expect(JSON.parse(readFileSync(file(), 'utf8')).servers[server.origin].token_id).toBe('token_1');
  });

  test('with a link that is dead: 4, and nothing is kept', async () => {
    server.answers.openSignInLink = () => {
      throw new Problem('sign-in-link-dead', 'It was used.');
    };
    const { code, err } = await cli(['login'], { stdin: `${server.origin}/sign-in#${'t'.repeat(40)}` });
    expect(code).toBe(4);
    expect(err).toContain('fix: Ask for a new link');
    expect(existsSync(file())).toBe(false);
  });

  test('with a token that does not count: 4, and what was kept stays', async () => {
    await cli(['login', server.origin], { stdin: TOKEN });
    const before = readFileSync(file(), 'utf8');
    expect((await cli(['login', server.origin], { stdin: 'fm_wrong' })).code).toBe(4);
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  test.each([
    [['login', 'ftp://x'], TOKEN, 'is not the address'],
    [['login'], TOKEN, 'which server?'],
    [['login', 'https://other.example'], 'https://a.example/sign-in#abcdefghijklmnopqrstuvwxyz', 'the link is for'],
    [['login', 'https://other.example'], '', 'no token'],
  ])('%j is refused', async (args, stdin, text) => {
    const { code, err } = await cli(args, { stdin });
    expect(code).toBe(2);
    expect(err).toContain(text);
  });

  test('a token goes only to the server it was given by', async () => {
    await cli(['login', server.origin], { stdin: TOKEN });
    const other = await openTestServer({});
    const { code } = await cli(['patch', 'list'], { env: { FLEETMEND_URL: other.origin } });
    await other.close();
    expect(code).toBe(4);
    expect(other.received).toEqual([]);
  });
});

describe('the file of tokens', () => {
  test('that others may read is refused', async () => {
    await cli(['login', server.origin], { stdin: TOKEN });
    chmodSync(file(), 0o644);
    const { code, err } = await cli(['patch', 'list']);
    expect(code).toBe(1);
    expect(err).toContain(`chmod 600 ${file()}`);
  });

  test('that is damaged is said to be so', async () => {
    mkdirSync(join(home, 'fleetmend'), { recursive: true });
    writeFileSync(file(), '{', { mode: 0o600 });
    const { code, err } = await cli(['patch', 'list']);
    expect(code).toBe(1);
    expect(err).toContain('cannot be read');
  });
});

describe('logout', () => {
  test('revokes the token that login made, and forgets it', async () => {
    await cli(['login'], { stdin: `${server.origin}/sign-in#${'t'.repeat(40)}` });
    const { code } = await cli(['logout']);
    expect(code).toBe(0);
    expect(server.received.at(-1)?.params).toEqual({ id: 'token_1' });
    expect((await cli(['patch', 'list'])).code).toBe(4);
  });

  test('leaves a token alone that was made elsewhere', async () => {
    await cli(['login', server.origin], { stdin: TOKEN });
    await cli(['logout']);
    expect(server.received.map(({ name }) => name)).toEqual(['readSession']);
  });
});
