import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rows } from '../platform/database.ts';
import { type Ask, type Browser, ORIGIN, openTestApp, type TestApp } from './access-test-app.ts';
import { createSignInLink, ensureFirstPerson } from './first-person.ts';

let app: TestApp;
let ada: Browser;
beforeAll(async () => {
  app = await openTestApp();
  ada = await app.signIn('Ada', ['admin', 'approver']);
});
afterAll(() => app.close());

const ME: Ask = { method: 'GET', path: '/api/v1/session' };
const open = (token: string, headers = {}) =>
  app.ask({ method: 'POST', path: '/api/v1/session/link', body: { token }, headers });
const tokenOf = ({ url }: { url: string }) => url.split('#')[1] ?? '';

describe('a sign-in link', () => {
  test('signs in once, and says so when it is dead', async () => {
    const link = await createSignInLink(app.ctx(), ada.id);
    expect(link.url).toMatch(/^http:\/\/localhost:7400\/sign-in#[A-Za-z0-9_-]{43}$/);
    const first = await open(tokenOf(link));
    expect(first.json()).toMatchObject({
      person: { name: 'Ada', roles: ['admin', 'approver'], keys: [] },
      rp_id: 'localhost',
    });
    const second = await open(tokenOf(link));
    expect([second.statusCode, second.json().code]).toEqual([401, 'sign-in-link-dead']);
  });

  test('of many who open it at once exactly one gets in', async () => {
    const token = tokenOf(await createSignInLink(app.ctx(), ada.id));
    const answers = await Promise.all(Array.from({ length: 8 }, () => open(token)));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });

  test('lives for 15 minutes', async () => {
    const ago = (milliseconds: number) => new Date(Date.now() - milliseconds);
    const late = tokenOf(await createSignInLink(app.ctx(ago(15 * 60_000)), ada.id));
    const inTime = tokenOf(await createSignInLink(app.ctx(ago(15 * 60_000 - 10_000)), ada.id));
    expect((await open(late)).json().code).toBe('sign-in-link-dead');
    expect((await open(inTime)).statusCode).toBe(200);
  });

  test('the first person is made once, and is who the first link is for', async () => {
    const id = await ensureFirstPerson(app.ctx());
    expect(id).toBe(ada.id);
    expect(await ensureFirstPerson(app.ctx())).toBe(id);
  });
});

describe('a session', () => {
  test('is a cookie that scripts cannot read and other sites cannot send', async () => {
    const opened = await open(tokenOf(await createSignInLink(app.ctx(), ada.id)));
    const cookie = String(opened.headers['set-cookie']);
    expect(cookie).toMatch(/^fleetmend=[A-Za-z0-9_-]{43}; /);
    expect(cookie.split('; ').slice(1).sort()).toEqual(['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Strict']);
  });

  test('over https the cookie is bound to this host', async () => {
    const secure = await openTestApp('https://patch.example.org');
    const link = await createSignInLink(secure.ctx(), await ensureFirstPerson(secure.ctx()));
    const opened = await secure.ask({ method: 'POST', path: '/api/v1/session/link', body: { token: tokenOf(link) } });
    expect(opened.json()).toMatchObject({ person: { name: 'Administrator' } });
    const cookie = String(opened.headers['set-cookie']);
    expect(cookie).toMatch(/^__Host-fleetmend=/);
    expect(cookie.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Max-Age=604800',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    await secure.close();
  });

  test('ends when signed out, and the cookie with it', async () => {
    const ben = await app.signIn('Ben', ['viewer']);
    expect((await ben.ask(ME)).json()).toMatchObject({ person: { name: 'Ben' } });
    const out = await ben.ask({ method: 'DELETE', path: '/api/v1/session' });
    expect(out.statusCode).toBe(204);
    expect(String(out.headers['set-cookie'])).toMatch(/^fleetmend=; .*(Max-Age=0|Expires=Thu, 01 Jan 1970)/);
    expect((await ben.ask(ME)).json().code).toBe('sign-in-needed');
  });

  test('ends after 12 hours without use, and after 7 days whatever is done', async () => {
    const cleo = await app.signIn('Cleo', ['viewer']);
    const set = (column: 'expires_at' | 'ends_at', by: string) =>
      sql`UPDATE access_session SET ${sql.ref(column)} = now() + ${by}::interval WHERE person = ${cleo.id}`.execute(
        app.db,
      );
    await set('expires_at', '5 minutes');
    expect((await cleo.ask(ME)).statusCode).toBe(200);
    const [used] = await rows(
      app.db,
      sql<{ hours: number }>`SELECT round(extract(epoch FROM expires_at - now()) / 3600)::int AS hours
      FROM access_session WHERE person = ${cleo.id}`,
    );
    expect(used?.hours).toBe(12);
    await set('ends_at', '5 minutes');
    await set('expires_at', '1 minute');
    await cleo.ask(ME);
    const [capped] = await rows(
      app.db,
      sql<{ same: boolean }>`SELECT expires_at = ends_at AS same FROM access_session WHERE person = ${cleo.id}`,
    );
    expect(capped?.same).toBe(true);
    await set('expires_at', '-1 second');
    expect((await cleo.ask(ME)).statusCode).toBe(401);
    await set('expires_at', '1 hour');
    await set('ends_at', '-1 second');
    expect((await cleo.ask(ME)).statusCode).toBe(401);
  });

  test('no secret of it stands in the database', async () => {
    const secret = ada.cookie.split('=')[1] ?? '';
    const [found] = await rows(
      app.db,
      sql<{ text: string }>`SELECT string_agg(t::text, '') AS text FROM (
      SELECT s::text AS t FROM access_session s UNION ALL SELECT l::text FROM access_sign_in_link l UNION ALL SELECT a::text FROM audit_entry a) x`,
    );
    expect(found?.text.length).toBeGreaterThan(100);
    expect(found?.text).not.toContain(secret);
    expect(found?.text).not.toContain(Buffer.from(secret).toString('hex'));
  });
});

describe('requests from other web sites', () => {
  const invite = (name: string): Ask => ({ method: 'POST', path: '/api/v1/people', body: { name, roles: ['viewer'] } });

  test.each([
    ['the console', { 'sec-fetch-site': 'same-origin', origin: ORIGIN }, 201],
    ['a person at the address bar', { 'sec-fetch-site': 'none' }, 201],
    ['a client that names the right origin', { origin: ORIGIN }, 201],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['a sibling site', { 'sec-fetch-site': 'same-site', origin: 'http://other.localhost' }, 403],
    ['another site that claims our origin', { 'sec-fetch-site': 'cross-site', origin: ORIGIN }, 403],
    ['an old browser on another site', { origin: 'https://evil.example' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['who does not say', {}, 403],
  ])('from %s', async (what, headers, status) => {
    const answer = await app.ask({ ...invite(`By ${what}`), headers: { cookie: ada.cookie, ...headers } });
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json().code).toBe('cross-site-request');
  });

  test('nor can another site sign a browser in', async () => {
    const token = tokenOf(await createSignInLink(app.ctx(), ada.id));
    expect((await open(token, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).statusCode).toBe(
      403,
    );
    expect((await open(token)).statusCode).toBe(200);
  });

  test('reading is free of it: such a page cannot see the answer', async () => {
    expect((await app.ask({ ...ME, headers: { cookie: ada.cookie, 'sec-fetch-site': 'cross-site' } })).statusCode).toBe(
      200,
    );
  });
});

test('guessing is stopped after ten failures from one address; who is signed in stays so', async () => {
  const guess = (from: string, headers = {}) =>
    app.ask({
      method: 'POST',
      path: '/api/v1/session/link',
      body: { token: 'guess-guess-guess-guess' },
      from,
      headers,
    });
  const codes: number[] = [];
  for (let i = 0; i < 12; i++) codes.push((await guess('192.0.2.7')).statusCode);
  expect(codes).toEqual([...Array(10).fill(401), 429, 429]);
  const forged = await guess('192.0.2.7', { 'x-forwarded-for': '198.51.100.9' });
  expect([forged.json().code, forged.headers['retry-after']]).toEqual(['too-many-requests', '5']);
  expect((await guess('192.0.2.8')).statusCode).toBe(401);
  expect((await ada.ask(ME)).statusCode).toBe(200);
});
