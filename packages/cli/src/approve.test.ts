import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pemPublicKey, sshPublicKey } from '@fleetmend/api/make-signature.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import type { PublicKey, Signature, TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import { verifySignature } from '@fleetmend/domain/access/verify-signature.ts';
import { canonicalJson } from '@fleetmend/domain/canonical-json.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aChange, aDocument, aSession, digestOfText, NOW } from './test-fixtures.ts';
import { runCli, scratchFolder, type Terminal } from './test-io.ts';
import { openTestServer, type TestServer, TOKEN } from './test-server.ts';

const scratch = scratchFolder();
const sshKey = join(scratch.path, 'id_ed25519');
const pemKey = join(scratch.path, 'key.pem');
let server: TestServer;

beforeAll(async () => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'grace', '-f', sshKey]);
  writeFileSync(pemKey, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }), {
    mode: 0o600,
  });
  server = await openTestServer({ readSession: () => aSession() });
  await runCli(['login', server.origin], { env: { XDG_CONFIG_HOME: scratch.path }, stdin: TOKEN });
});
afterAll(async () => {
  await server.close();
  scratch.remove();
});
beforeEach(() => {
  server.received = [];
  server.answers = {
    readChange: () => aChange(),
    approveChange: () => aChange({ state: 'approved', approvals_needed: 0 }),
  };
});

function cli(args: string[], terminal: Terminal = {}) {
  return runCli(args, { now: NOW, ...terminal, env: { XDG_CONFIG_HOME: scratch.path, ...terminal.env } });
}
const approve = (terminal: Terminal = {}) => cli(['change', 'approve', 'CH-1', '--key', sshKey, '--yes'], terminal);
const posted = () => server.received.find(({ name }) => name === 'approveChange' || name === 'signTrustRoot');

function postedSignature(): Signature {
  const { signature } = (posted()?.body ?? {}) as { signature?: Signature };
  if (signature === undefined) throw new Error('nothing was signed');
  return signature;
}

function publicKey(kind: 'ssh' | 'pem'): PublicKey {
  const key =
    kind === 'ssh' ? sshPublicKey(readFileSync(`${sshKey}.pub`, 'utf8')) : pemPublicKey(readFileSync(pemKey, 'utf8'));
  if (key === null) throw new Error('no key');
  return key;
}

describe('change approve', () => {
  test.each([
    ['ssh', () => sshKey],
    ['pem', () => pemKey],
  ] as const)('signs the canonical text with a key of kind %s, so that a host believes it', async (kind, path) => {
    const { code, out } = await cli(['change', 'approve', 'ch-1', '--key', path(), '--yes']);
    expect(code).toBe(0);
    expect(out).toContain('State\tapproved');
    const change = aChange();
    const signature = postedSignature();
    const claim = { signature, key: publicKey(kind), document: change.canonical ?? '' };
    expect(verifySignature({ ...claim, purpose: 'fleetmend-change-v1' }, nodeCryptography)).toBeNull();
    expect(verifySignature({ ...claim, purpose: 'fleetmend-root-v1' }, nodeCryptography)).not.toBeNull();
    expect(posted()?.headers['if-match']).toBe(`"${change.digest}"`);
    expect(posted()?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('shows the plan from the text that is signed, not from what else the server says', async () => {
    server.answers.readChange = () =>
      aChange({ title: 'harmless', document: aDocument({ title: 'harmless' }) }, aDocument({ title: 'really this' }));
    const { err } = await approve();
    expect(err).toContain('really this');
    expect(err).not.toContain('harmless');
    expect(err).toContain('libssl3:amd64 3.0.16-1 → 3.0.17-1');
    expect(err).toContain(`sha256 ${'a'.repeat(64)}`);
    expect(err).toContain('way back:\n');
  });

  test('says aloud that there is no way back', async () => {
    const [target] = aDocument().targets;
    if (target === undefined) throw new Error('no target');
    const rollback = { class: 'none' as const, operations: [], reason: 'old version is gone' };
    server.answers.readChange = () =>
      aChange({}, aDocument({ accepts_no_rollback: true, targets: [{ ...target, rollback }] }));
    expect((await approve()).err).toMatch(
      /WARNING +1 machine cannot go back; the author accepts that[\s\S]*way back: none \(old version is gone\)/,
    );
  });

  test.each([
    [
      'a digest that is not that of the text',
      () => aChange({ digest: 'f'.repeat(64) }),
      1,
      'the server says the digest is ffff',
    ],
    ['another change', () => aChange({}, aDocument({ change: 'CH-2' })), 1, 'the text to sign is CH-2, not CH-1'],
    ['another organisation', () => aChange({}, aDocument({ organization: 'org_evil' })), 1, 'belongs to org_evil'],
    [
      'windows that are over',
      () => aChange({}, aDocument({ windows: [{ from: '2026-11-01T00:00:00Z', until: '2026-11-02T00:00:00Z' }] })),
      5,
      'last window is over',
    ],
    [
      'no plan yet',
      () => aChange({ state: 'planning', canonical: null, digest: null, document: null }),
      5,
      'has no plan yet (planning)',
    ],
    ['a change that is rejected', () => aChange({ state: 'rejected' }), 5, 'there is nothing to approve'],
    [
      'a text that is no change document',
      () => withText('{"type":"fleetmend/root/v1"}'),
      1,
      'is not a change document',
    ],
    [
      'a text with a key twice',
      () => withText(`{"accepts_no_rollback":true,${(aChange().canonical ?? '').slice(1)}`),
      1,
      'one canonical form',
    ],
    ['a text with other white space', () => withText(`${aChange().canonical} `), 1, 'one canonical form'],
    [
      'a hidden escape in the text',
      () => aChange({ document: aDocument() }, aDocument({ title: 'a\u001b[2Jb' })),
      1,
      'is not a change document',
    ],
  ])('refuses %s and signs nothing', async (_, readChange, code, text) => {
    server.answers.readChange = readChange;
    const result = await approve();
    expect(result.code).toBe(code);
    expect(result.err).toContain(text);
    expect(posted()).toBeUndefined();
  });

  test('asks, and takes only yes for an answer', async () => {
    const args = ['change', 'approve', 'CH-1', '--key', sshKey];
    const no = await cli(args, { stdin: 'y\n', isInTty: true });
    expect([no.code, posted()]).toEqual([2, undefined]);
    expect(no.err).toContain('not confirmed; nothing was done');
    expect((await cli(args, { stdin: 'yes\n', isInTty: true })).code).toBe(0);
  });

  test('without a terminal and without --yes it signs nothing', async () => {
    const { code, err } = await cli(['change', 'approve', 'CH-1', '--key', sshKey]);
    expect([code, posted()]).toEqual([2, undefined]);
    expect(err).toContain('Add --yes');
  });

  test.each([
    [['--key', '/nonexistent'], 2, 'cannot be read'],
    [[], 2, 'with which key?'],
  ])('with %j asks for a key before anything else', async (args, code, text) => {
    const result = await cli(['change', 'approve', 'CH-1', '--yes', ...args]);
    expect([result.code, posted()]).toEqual([code, undefined]);
    expect(result.err).toContain(text);
  });

  test('a file that is no key is refused', async () => {
    const path = join(scratch.path, 'not-a-key');
    writeFileSync(path, 'hello');
    const result = await cli(['change', 'approve', 'CH-1', '--yes', '--key', path]);
    expect([result.code, posted()]).toEqual([2, undefined]);
  });

  test('a plan that moved meanwhile: 1, and what to do', async () => {
    server.answers.approveChange = () => {
      throw new Problem('precondition-failed', 'The plan is another one than you have read.');
    };
    const { code, err } = await approve();
    expect(code).toBe(1);
    expect(err).toContain('fix: Read it again');
  });

  test('a state in which it cannot be approved: 5', async () => {
    server.answers.approveChange = () => {
      throw new Problem('state-conflict', 'You have already approved this change.');
    };
    expect((await approve()).code).toBe(5);
  });
});

describe('change document', () => {
  test('prints the very bytes that are signed', async () => {
    const { out } = await cli(['change', 'document', 'CH-1']);
    expect(digestOfText(out)).toBe(aChange().digest);
  });

  test('shows what a plan waits for: 5', async () => {
    server.answers.readChange = () =>
      aChange({
        state: 'planning',
        canonical: null,
        digest: null,
        blocked_by: [{ kind: 'plan', text: 'web-02 has not answered', owner: null, until: null }],
      });
    const { code, err } = await cli(['change', 'document', 'CH-1']);
    expect(code).toBe(5);
    expect(err).toContain('blocked_by: plan: web-02 has not answered');
  });
});

describe('root sign', () => {
  const root = (change: Partial<TrustRoot> = {}): TrustRoot => ({
    type: 'fleetmend/root/v1',
    organization: 'org_1',
    version: 1,
    quorum: 1,
    people: [{ id: 'person_2', name: 'Grace', keys: [publicKey('ssh')] }],
    ...change,
  });
  const offer = (proposed: TrustRoot, digest?: string) => {
    const document = canonicalJson(proposed as never);
    return {
      current: null,
      chain: [],
      pin_command: null,
      proposal: {
        document,
        digest: digest ?? digestOfText(document),
        root: proposed,
        signatures: [],
        needs: ['Grace'],
      },
    };
  };
  beforeEach(() => {
    server.answers = {
      readTrustRoot: () => offer(root()),
      signTrustRoot: () => ({ in_force: true, version: 1, digest: 'd'.repeat(64) }),
    };
  });
  const sign = () => cli(['root', 'sign', '--key', sshKey, '--yes']);

  test('signs what it shows', async () => {
    const { code, err } = await sign();
    expect(code).toBe(0);
    expect(err).toContain(`ssh ${publicKey('ssh').id}`);
    const signature = postedSignature();
    const claim = { signature, key: publicKey('ssh'), document: canonicalJson(root() as never) };
    expect(verifySignature({ ...claim, purpose: 'fleetmend-root-v1' }, nodeCryptography)).toBeNull();
  });

  test.each([
    [
      'a digest that is not that of the text',
      () => offer(root(), 'e'.repeat(64)),
      'the server says the digest is eeee',
    ],
    ['a version out of turn', () => offer(root({ version: 3 })), 'is version 3 of the root, not 1'],
    ['another organisation', () => offer(root({ organization: 'org_evil' })), 'belongs to org_evil'],
    ['nothing', () => ({ ...offer(root()), proposal: null }), 'nothing to sign'],
  ])('refuses %s', async (_, readTrustRoot, text) => {
    server.answers.readTrustRoot = readTrustRoot;
    const { code, err } = await sign();
    expect([code, posted()]).toEqual([1, undefined]);
    expect(err).toContain(text);
  });
});

describe('key add', () => {
  test('never sends a private key', async () => {
    for (const path of [sshKey, pemKey]) {
      const { code, err } = await cli(['key', 'add', path]);
      expect(code).toBe(2);
      expect(err).toContain('this is a private key');
    }
    expect(server.received).toEqual([]);
  });

  test('registers the public one under its comment', async () => {
    server.answers.registerPublicKey = () => ({
      ...publicKey('ssh'),
      name: 'grace',
      created_at: '2026-11-23T12:00:00Z',
      credential_id: null,
      in_root: false,
    });
    const { code, err } = await cli(['key', 'add', `${sshKey}.pub`]);
    expect(code).toBe(0);
    expect(server.received[0]?.body).toMatchObject({ name: 'grace' });
    expect(err).toContain('next trust root');
  });
});

/** A change whose text and digest belong together, whatever the text is. */
function withText(canonical: string) {
  return aChange({ canonical, digest: digestOfText(canonical) });
}
