import type { Output } from '@fleetmend/api/client.ts';
import { makeExchangeKey, serverKeyDigest } from '@fleetmend/api/host-session.ts';
import { pemPublicKey, signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { parseTrustRoot } from '@fleetmend/api/parse-change-document.ts';
import { followRoots } from '@fleetmend/domain/access/follow-roots.ts';
import { SIGNATURE_PURPOSES, type Signature } from '@fleetmend/domain/access/trust-root.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEd25519, createSoftwareAuthenticator } from '../../../api/test/software-authenticator.ts';
import { type Browser, ORIGIN, openTestApp, type TestApp } from './access-test-app.ts';
import { enrolCommand } from './enrol-command.ts';

type Root = Output<'readTrustRoot'>;
const ROOT = SIGNATURE_PURPOSES.root;
const passkey = createSoftwareAuthenticator({ rp_id: 'localhost', origin: ORIGIN });
const benKey = createEd25519();
const cleoKey = createEd25519();
const ben = (text: string) => signWithEd25519(benKey.privateKey, ROOT, text);
const cleo = (text: string) => signWithEd25519(cleoKey.privateKey, ROOT, text);
const adaSigns = (text: string) => passkey.sign(ROOT, text);

let app: TestApp;
let people: { ada: Browser; ben: Browser; cleo: Browser; otto: Browser };
beforeAll(async () => {
  app = await openTestApp();
  people = {
    ada: await app.signIn('Ada', ['admin', 'approver']),
    ben: await app.signIn('Ben', ['approver']),
    cleo: await app.signIn('Cleo', ['approver']),
    otto: await app.signIn('Otto', ['admin']),
  };
});
afterAll(() => app.close());

const read = async (): Promise<Root> => (await people.ada.ask({ method: 'GET', path: '/api/v1/trust-root' })).json();
const addKey = (person: Browser, name: string, public_key: string) =>
  person.ask({ method: 'POST', path: '/api/v1/keys', body: { name, public_key } });

async function addPasskey(person: Browser): Promise<void> {
  const { options } = (await person.ask({ method: 'POST', path: '/api/v1/keys/passkey/options' })).json();
  const answer = await person.ask({
    method: 'POST',
    path: '/api/v1/keys/passkey',
    body: { name: 'Laptop', response: passkey.register(options.challenge) },
  });
  expect(answer.statusCode).toBe(201);
}

let requests = 0;
function sendSignature(person: Browser, digest: string, signature: Signature) {
  const headers = { 'if-match': `"${digest}"`, 'idempotency-key': `sign-${++requests}` };
  return person.ask({ method: 'POST', path: '/api/v1/trust-root/signatures', body: { signature }, headers });
}

async function sign(person: Browser, make: (text: string) => Signature) {
  const { proposal } = await read();
  expect(proposal).not.toBeNull();
  return sendSignature(person, proposal?.digest ?? '', make(proposal?.document ?? ''));
}

const server_key = makeExchangeKey().publicKey;

/** In the order of a young organisation's life; each part stands on the one before. */
describe('from nothing to version 2', () => {
  test('without keys there is nothing to sign, and machines enrol without a root', async () => {
    expect(await read()).toEqual({ current: null, chain: [], proposal: null, pin_command: null });
    expect((await sendSignature(people.ada, '0'.repeat(64), ben('{}'))).json().code).toBe('state-conflict');
    const command = await enrolCommand(app.ctx(), { id: 'code_1', code: 'CODE-1', server_key, is_again: false });
    expect(command).toContain(
      `install.sh ${ORIGIN} --server-key ${serverKeyDigest(server_key)} <<'CODE'\nCODE-1\nCODE`,
    );
  });

  test('keys: public ones are taken, private ones and others refused without being kept', async () => {
    await addPasskey(people.ada);
    const taken = await addKey(people.otto, 'Otto', createEd25519().publicKey);
    expect(taken.json()).toMatchObject({ kind: 'ed25519', algorithm: 'EdDSA', credential_id: null, in_root: false });
    const [privateOne, nonsense, twice] = [
      await addKey(people.ben, 'Private', benKey.privateKey),
      await addKey(people.ben, 'Nonsense', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ=='),
      await addKey(people.ada, 'laptop', cleoKey.publicKey),
    ];
    expect([privateOne.json().code, nonsense.json().code, twice.json().code]).toEqual([
      'invalid',
      'invalid',
      'name-taken',
    ]);
    expect(privateOne.body).not.toContain('BEGIN');
  });

  test('version 1 names the approvers with a key, not those who only administer', async () => {
    const { proposal } = await read();
    expect(proposal?.root).toMatchObject({
      version: 1,
      quorum: 1,
      people: [{ id: people.ada.id, name: 'Ada', keys: [passkey.public_key] }],
    });
    expect(proposal?.needs).toEqual(['1 of Ada']);
  });

  test('what was not read, is not by the signer, or does not verify, does not count', async () => {
    const { proposal } = await read();
    const { digest = '', document = '' } = proposal ?? {};
    const codes = [
      await sendSignature(people.ada, '0'.repeat(64), adaSigns(document)),
      await sendSignature(people.ben, digest, adaSigns(document)),
      await sendSignature(people.ben, digest, ben(document)),
      await sendSignature(people.ada, digest, adaSigns(`${document} `)),
      await sendSignature(people.ada, digest, passkey.sign(SIGNATURE_PURPOSES.change, document)),
      await sendSignature(people.otto, digest, adaSigns(document)),
      await people.ada.ask({
        method: 'POST',
        path: '/api/v1/trust-root/signatures',
        body: { signature: adaSigns(document) },
        headers: { 'idempotency-key': 'x' },
      }),
    ].map((answer) => answer.json().code);
    expect(codes).toEqual([
      'precondition-failed',
      'signature-refused',
      'signature-refused',
      'signature-refused',
      'signature-refused',
      'permission-missing',
      'precondition-needed',
    ]);
    expect((await read()).current).toBeNull();
  });

  test('signed by its one approver it is in force, and machines are told of it', async () => {
    const before = (await read()).proposal;
    const answer = await sign(people.ada, adaSigns);
    expect(answer.json()).toEqual({ in_force: true, version: 1, digest: before?.digest });
    const root = await read();
    expect(root).toMatchObject({ current: { digest: before?.digest, root: { version: 1 } }, proposal: null });
    expect(root.pin_command).toBe(`sudo fleetmend-agent trust sha256:${before?.digest}`);
    const command = await enrolCommand(app.ctx(), { id: 'code_1', code: 'CODE-1', server_key, is_again: true });
    expect(command).toContain(
      `install.sh ${ORIGIN} --again --server-key ${serverKeyDigest(server_key)} --root sha256:${before?.digest} <<'CODE'`,
    );
    const session = (await people.ada.ask({ method: 'GET', path: '/api/v1/session' })).json();
    expect(session.person.keys).toMatchObject([{ in_root: true }]);
  });

  test('more keys and a higher quorum are proposed as version 2', async () => {
    const setQuorum = (quorum: number) =>
      people.ada.ask({ method: 'PUT', path: '/api/v1/trust-root/quorum', body: { quorum } });
    expect((await setQuorum(2)).json().code).toBe('invalid');
    await addKey(people.ben, 'Ben', benKey.publicKey);
    await addKey(people.cleo, 'Cleo', cleoKey.publicKey);
    expect((await setQuorum(2)).statusCode).toBe(204);
    const { proposal } = await read();
    expect(proposal?.root).toMatchObject({ version: 2, quorum: 2 });
    expect(proposal?.root.people.map(({ name }) => name).sort()).toEqual(['Ada', 'Ben', 'Cleo']);
    expect(proposal?.needs).toHaveLength(2);
    expect(proposal?.needs[0]).toBe('1 of Ada');
  });

  test('version 2 needs the quorum of version 1 and its own', async () => {
    const results = [await sign(people.ben, ben), await sign(people.cleo, cleo)].map(
      (answer) => answer.json().in_force,
    );
    expect(results).toEqual([false, false]);
    expect((await read()).proposal?.needs).toEqual(['1 of Ada']);
    expect((await sign(people.ben, ben)).json().code).toBe('state-conflict');
    expect((await sign(people.ada, adaSigns)).json()).toMatchObject({ in_force: true, version: 2 });
  });

  test('a machine pinned to version 1 follows to version 2 with what the server hands out', async () => {
    const { chain, current } = await read();
    const pinned = {
      version: 1,
      digest: Buffer.from(nodeCryptography.sha256(chain[0]?.document ?? '')).toString('hex'),
    };
    const followed = followRoots({ pinned, known: [], offered: chain }, parseTrustRoot, nodeCryptography);
    expect(followed).toMatchObject({ root: current?.root, refused: null });
  });

  test('signatures over a proposal that has changed since no longer count', async () => {
    const second = createEd25519();
    await addKey(people.ben, 'Second', second.publicKey);
    expect((await sign(people.ben, ben)).json().in_force).toBe(false);
    await addKey(people.ben, 'Third', createEd25519().publicKey);
    const { proposal } = await read();
    expect(proposal?.signatures).toEqual([]);
    const byNewKeyAlone = await sign(people.ben, (text) => signWithEd25519(second.privateKey, ROOT, text));
    expect(byNewKeyAlone.json()).toMatchObject({ in_force: false });
    expect((await read()).proposal?.signatures).toMatchObject([
      { person: people.ben.id, key: pemPublicKey(second.publicKey)?.id },
    ]);
  });

  test('every step stands in the audit log', async () => {
    const log = (await people.ada.ask({ method: 'GET', path: '/api/v1/audit?object=trust-root/2' })).json();
    expect(log.data.map(({ verb, actor }: { verb: string; actor: string }) => `${actor} ${verb}`)).toEqual([
      'Ada root.in-force',
      'Ada root.sign',
      'Cleo root.sign',
      'Ben root.sign',
    ]);
  });
});

describe('people', () => {
  test('are invited with a link that works, by a name that is free', async () => {
    const invite = (body: object) => people.otto.ask({ method: 'POST', path: '/api/v1/people', body });
    const made = (await invite({ name: '  Dora ', roles: ['viewer', 'viewer'] })).json();
    expect(made).toMatchObject({ person: { name: 'Dora', roles: ['viewer'], keys: [] } });
    const opened = await app.ask({
      method: 'POST',
      path: '/api/v1/session/link',
      body: { token: made.sign_in_url.split('#')[1] },
    });
    expect(opened.json().person.id).toBe(made.person.id);
    expect((await invite({ name: 'dora', roles: ['viewer'] })).json().code).toBe('name-taken');
    expect((await invite({ name: 'Eve', roles: ['root'] })).json().code).toBe('invalid');
    expect((await invite({ name: ' ', roles: ['viewer'] })).json().code).toBe('invalid');
  });

  test('get a new link on demand', async () => {
    const renew = (id: string) => people.otto.ask({ method: 'POST', path: `/api/v1/people/${id}/sign-in-link` });
    expect((await renew(people.ben.id)).json().sign_in_url).toMatch(/\/sign-in#/);
    expect((await renew('nobody')).statusCode).toBe(404);
  });

  test('are listed page by page', async () => {
    const names: string[] = [];
    let cursor = '';
    do {
      const page = (await people.ada.ask({ method: 'GET', path: `/api/v1/people?limit=2${cursor}` })).json();
      names.push(...page.data.map(({ name }: { name: string }) => name));
      cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
    } while (cursor !== '');
    expect(names).toEqual(['Ada', 'Ben', 'Cleo', 'Dora', 'Otto']);
  });
});
