import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSoftwareAuthenticator, type Misbehaviour } from '../../../api/test/software-authenticator.ts';
import { rows } from '../platform/database.ts';
import { type Browser, ORIGIN, openTestApp, type TestApp } from './access-test-app.ts';

const authenticatorHere = () => createSoftwareAuthenticator({ rp_id: 'localhost', origin: ORIGIN });
const passkey = authenticatorHere();
let app: TestApp;
let ada: Browser;
beforeAll(async () => {
  app = await openTestApp();
  ada = await app.signIn('Ada', ['admin', 'approver']);
});
afterAll(() => app.close());

async function challengeFor(person: Browser): Promise<string> {
  const { options } = (await person.ask({ method: 'POST', path: '/api/v1/keys/passkey/options' })).json();
  expect(options).toMatchObject({
    rp: { id: 'localhost' },
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return options.challenge;
}
const register = (person: Browser, name: string, response: object) =>
  person.ask({ method: 'POST', path: '/api/v1/keys/passkey', body: { name, response } });

/** From an address of its own each, or the limit on failures would be what is tested. */
let address = 0;
async function challengeToSignIn(): Promise<string> {
  const answer = await app.ask({
    method: 'POST',
    path: '/api/v1/session/passkey/options',
    from: `192.0.2.${++address}`,
  });
  expect(answer.json().options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
  return answer.json().options.challenge;
}
const signIn = (response: object) =>
  app.ask({ method: 'POST', path: '/api/v1/session/passkey', body: { response }, from: `192.0.2.${++address}` });

describe('registering', () => {
  test('keeps the public key as machines verify it', async () => {
    const answer = await register(ada, 'Laptop', passkey.register(await challengeFor(ada)));
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      ...passkey.public_key,
      name: 'Laptop',
      credential_id: passkey.credential_id,
      in_root: false,
    });
    const session = (await ada.ask({ method: 'GET', path: '/api/v1/session' })).json();
    expect(session.person.keys).toEqual([answer.json()]);
  });

  test.each<[string, Misbehaviour]>([
    ['on another site', { client: { origin: 'https://evil.example' } }],
    ['for another relying party', { rp_id: 'evil.example' }],
    ['without verifying its user', { flags: 0x01 }],
    ['with nobody present', { flags: 0x04 }],
    ['as a sign-in', { client: { type: 'webauthn.get' } }],
  ])('a passkey that answers %s is refused', async (_what, wrong) => {
    const answer = await register(ada, 'Wrong', authenticatorHere().register(await challengeFor(ada), wrong));
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'passkey-refused']);
  });

  test('a challenge is answered once, in time, by whom it was given to, for what it was given', async () => {
    const ben = await app.signIn('Ben', ['viewer']);
    const refused = async (challenge: string, by = ada) => {
      const answer = await register(by, 'Again', authenticatorHere().register(challenge));
      expect(answer.json().code).toBe('passkey-refused');
    };
    const used = await challengeFor(ada);
    expect((await register(ada, 'Once', authenticatorHere().register(used))).statusCode).toBe(201);
    await refused(used);
    await refused(await challengeFor(ada), ben);
    await refused(await challengeToSignIn());
    await refused('AAAA');
    const late = await challengeFor(ada);
    await sql`UPDATE access_challenge SET expires_at = now() - interval '1 second' WHERE challenge = ${late}`.execute(
      app.db,
    );
    await refused(late);
  });

  test('the same passkey or name twice, and what is no answer at all, are refused', async () => {
    const again = await register(ada, 'Other', passkey.register(await challengeFor(ada)));
    expect([again.statusCode, again.json().code]).toEqual([409, 'name-taken']);
    const sameName = await register(ada, 'laptop', authenticatorHere().register(await challengeFor(ada)));
    expect(sameName.json().code).toBe('name-taken');
    for (const nonsense of [{}, { id: 1 }, { id: 'x', rawId: 'x', type: 'public-key', response: {} }]) {
      expect((await register(ada, 'Nonsense', nonsense)).json().code).toBe('passkey-refused');
    }
  });
});

describe('signing in', () => {
  test('a registered passkey opens a session of its person', async () => {
    const answer = await signIn(passkey.signIn(await challengeToSignIn()));
    expect(answer.json()).toMatchObject({ person: { id: ada.id } });
    expect(String(answer.headers['set-cookie'])).toMatch(/^fleetmend=/);
  });

  test.each<[string, Misbehaviour]>([
    ['on another site', { client: { origin: 'https://evil.example' } }],
    ['for another relying party', { rp_id: 'evil.example' }],
    ['without verifying its user', { flags: 0x01 }],
    ['with nobody present', { flags: 0x04 }],
    ['as a registration', { client: { type: 'webauthn.create' } }],
  ])('a passkey that answers %s is refused', async (_what, wrong) => {
    const answer = await signIn(passkey.signIn(await challengeToSignIn(), wrong));
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'passkey-refused']);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('an answer counts once; one that was made up, altered or given for registering never', async () => {
    const answered = passkey.signIn(await challengeToSignIn());
    expect((await signIn(answered)).statusCode).toBe(200);
    const refused = async (response: object) => expect((await signIn(response)).json().code).toBe('passkey-refused');
    await refused(answered);
    await refused(passkey.signIn('AAAA'));
    await refused(passkey.signIn(await challengeFor(ada)));
    await refused(authenticatorHere().signIn(await challengeToSignIn()));
    await refused({
      ...authenticatorHere().signIn(await challengeToSignIn()),
      id: passkey.credential_id,
      rawId: passkey.credential_id,
    });
    await refused({});
  });

  test('nobody fills the table of challenges: the expired go, and each address has its share', async () => {
    await sql`UPDATE access_challenge SET expires_at = now() - interval '1 second'`.execute(app.db);
    await challengeToSignIn();
    expect(await rows(app.db, sql`SELECT 1 FROM access_challenge`)).toHaveLength(1);
    const ask = () => app.ask({ method: 'POST', path: '/api/v1/session/passkey/options', from: '198.51.100.1' });
    const codes: number[] = [];
    for (let i = 0; i < 62; i++) codes.push((await ask()).statusCode);
    expect(codes.filter((code) => code === 429)).toHaveLength(2);
  });
});
