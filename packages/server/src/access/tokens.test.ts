import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEd25519 } from '../../../api/test/software-authenticator.ts';
import { rows } from '../platform/database.ts';
import { type Browser, openTestApp, type TestApp } from './access-test-app.ts';
import { isTokenShaped, newToken } from './secret.ts';

let app: TestApp;
let ada: Browser;
beforeAll(async () => {
  app = await openTestApp();
  ada = await app.signIn('Ada', ['admin', 'approver']);
});
afterAll(() => app.close());

const make = (body: object, by = ada) => by.ask({ method: 'POST', path: '/api/v1/tokens', body });
const readPeople = (authorization: string) =>
  app.ask({ method: 'GET', path: '/api/v1/people', headers: { authorization } });
const invite = (authorization: string) =>
  app.ask({
    method: 'POST',
    path: '/api/v1/people',
    headers: { authorization },
    body: { name: `P${Math.random()}`, roles: ['viewer'] },
  });

describe('a token', () => {
  test('may do what it was made for, without a cookie and from anywhere', async () => {
    const made = await make({ name: 'ci', permissions: ['access:read'] });
    expect(made.statusCode).toBe(201);
    const { token } = made.json();
    expect(token).toMatch(/^fm_[0-9A-Za-z]{49}$/);
    expect((await readPeople(`Bearer ${token}`)).statusCode).toBe(200);
    const session = await app.ask({
      method: 'GET',
      path: '/api/v1/session',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(session.json()).toMatchObject({ permissions: ['access:read', 'self'], expires_at: made.json().expires_at });
    expect((await invite(`Bearer ${token}`)).json().code).toBe('permission-missing');
  });

  test('has all that its maker may when nothing is said, and never more', async () => {
    const { token } = (await make({ name: 'all' })).json();
    expect((await invite(`Bearer ${token}`)).statusCode).toBe(201);
    const viewer = await app.signIn('Vera', ['viewer']);
    expect((await make({ name: 'more', permissions: ['access:write'] }, viewer)).json().code).toBe(
      'permission-missing',
    );
    const small = (await make({ name: 'small', permissions: ['access:read'] })).json();
    const larger = await app.ask({
      method: 'POST',
      path: '/api/v1/tokens',
      body: { name: 'larger', permissions: ['access:write'] },
      headers: { authorization: `Bearer ${small.token}` },
    });
    expect(larger.json().code).toBe('permission-missing');
  });

  test('that is narrow registers no key and makes no token: either would outgrow or outlive it', async () => {
    const { token } = (await make({ name: 'reader', permissions: ['patches:read'] })).json();
    const full = (await make({ name: 'whole' })).json();
    const post = (path: string, body: object, secret: string = token) =>
      app.ask({ method: 'POST', path, body, headers: { authorization: `Bearer ${secret}` } });
    const key = () => ({ name: `k${Math.random()}`, public_key: createEd25519().publicKey });
    const refused = [
      post('/api/v1/keys', key()),
      post('/api/v1/tokens', { name: 'child', expires_in_days: 365 }),
      post('/api/v1/keys/passkey/options', {}),
      post('/api/v1/keys/passkey/options', {}, full.token),
      post('/api/v1/keys/passkey', { name: 'p', response: {} }, full.token),
    ];
    for (const each of refused) expect((await each).json().code).toBe('permission-missing');
    expect((await post('/api/v1/keys', key(), full.token)).statusCode).toBe(201);
  });

  test('loses what its maker loses', async () => {
    const paul = await app.signIn('Paul', ['admin']);
    const { token } = (await make({ name: 'all' }, paul)).json();
    await sql`UPDATE access_person SET roles = '{viewer}' WHERE id = ${paul.id}`.execute(app.db);
    expect((await invite(`Bearer ${token}`)).json().code).toBe('permission-missing');
  });

  test.each([
    ['unknown', () => `Bearer ${newToken()}`],
    ['mistyped', (token: string) => `Bearer ${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`],
    ['of another scheme', (token: string) => `Basic ${token}`],
    ['empty', () => 'Bearer '],
    ['too long', (token: string) => `Bearer ${token}${'0'.repeat(5000)}`],
  ])('that is %s is refused, even beside a good cookie', async (_what, header) => {
    const { token } = (await make({ name: 'x' })).json();
    const answer = await app.ask({
      method: 'GET',
      path: '/api/v1/people',
      headers: { cookie: ada.cookie, authorization: header(token) },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'sign-in-needed']);
  });

  test('ends when it expires or is revoked, and only its owner revokes it', async () => {
    const { token, id } = (await make({ name: 'short', expires_in_days: 1 })).json();
    const viewer = await app.signIn('Vito', ['admin']);
    const revoke = (by: Browser) => by.ask({ method: 'DELETE', path: `/api/v1/tokens/${id}` });
    expect((await revoke(viewer)).statusCode).toBe(404);
    expect((await readPeople(`Bearer ${token}`)).statusCode).toBe(200);
    expect((await revoke(ada)).statusCode).toBe(204);
    expect((await readPeople(`Bearer ${token}`)).statusCode).toBe(401);
    expect((await revoke(ada)).statusCode).toBe(404);
    const expiring = (await make({ name: 'old' })).json();
    await sql`UPDATE access_token SET expires_at = now() - interval '1 second' WHERE id = ${expiring.id}`.execute(
      app.db,
    );
    expect((await readPeople(`Bearer ${expiring.token}`)).statusCode).toBe(401);
  });

  test('is kept as its hash alone, is listed page by page, and its use is noted', async () => {
    const { token, id } = (await make({ name: 'noted' })).json();
    await readPeople(`Bearer ${token}`);
    const [row] = await rows(app.db, sql<{ text: string }>`SELECT string_agg(t::text, '') AS text FROM access_token t`);
    expect(row?.text).not.toContain(token);
    const page = (await ada.ask({ method: 'GET', path: '/api/v1/tokens?limit=1' })).json();
    expect(page.data).toMatchObject([{ id, name: 'noted', last_used_at: expect.any(String) }]);
    const next = (await ada.ask({ method: 'GET', path: `/api/v1/tokens?limit=1&cursor=${page.next_cursor}` })).json();
    expect(next.data[0].id).not.toBe(id);
  });
});

test('the checksum finds any one letter changed', () => {
  const token = newToken();
  expect(isTokenShaped(token)).toBe(true);
  for (let at = 3; at < token.length; at++) {
    const other = token[at] === 'a' ? 'b' : 'a';
    expect(isTokenShaped(token.slice(0, at) + other + token.slice(at + 1))).toBe(false);
  }
});
