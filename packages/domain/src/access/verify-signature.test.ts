import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signWithEd25519, signWithSsh, sshPublicKey } from '@fleetmend/api/make-signature.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keys, publicOf } from '../../../api/test/signed-order.ts';
import { fromBase64Url, toBase64Url } from './bytes.ts';
import { readSshSignature } from './read-sshsig.ts';
import { type PublicKey, SIGNATURE_PURPOSES, type Signature } from './trust-root.ts';
import { verifySignature } from './verify-signature.ts';

const { change: CHANGE, root: ROOT } = SIGNATURE_PURPOSES;
const DOCUMENT = '{"name":"Zoë 🛠"}';
let folder = '';
let sshKey: PublicKey;
let sshSignature: Signature;

function verify(
  signature: Signature,
  key: PublicKey,
  document = DOCUMENT,
  purpose: typeof CHANGE | typeof ROOT = CHANGE,
) {
  return verifySignature({ signature, key, purpose, document }, nodeCryptography);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleetmend-ssh-'));
  const keyPath = join(folder, 'key');
  const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'someone@example', '-f', keyPath]);
  expect(made.status).toBe(0);
  const key = sshPublicKey(readFileSync(`${keyPath}.pub`, 'utf8'));
  expect(key).not.toBeNull();
  if (key) sshKey = key;
  sshSignature = await signWithSsh({ keyPath, purpose: CHANGE, document: DOCUMENT });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('ssh-keygen -Y sign', () => {
  test('is accepted for its document and purpose, by the key it names', () => {
    expect(sshSignature).toMatchObject({ kind: 'ssh', key: sshKey.id });
    expect(verify(sshSignature, sshKey)).toBeNull();
  });

  test('is refused for another document, purpose or key', () => {
    expect(verify(sshSignature, sshKey, `${DOCUMENT} `)).toBe('bad-signature');
    expect(verify(sshSignature, sshKey, DOCUMENT, ROOT)).toBe('wrong-namespace');
    expect(verify(sshSignature, publicOf(keys.cleo))).toBe('wrong-key');
    expect(verify({ ...sshSignature, key: publicOf(keys.cleo).id }, { ...publicOf(keys.cleo), kind: 'ssh' })).toBe(
      'wrong-key',
    );
  });

  test('is refused with any one bit flipped, cut off anywhere, or with a byte behind it', () => {
    const blob = fromBase64Url(sshSignature.signature) ?? new Uint8Array();
    for (let bit = 0; bit < blob.length * 8; bit++) {
      const altered = blob.slice();
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verify({ ...sshSignature, signature: toBase64Url(altered) }, sshKey), `bit ${bit}`).not.toBeNull();
    }
    for (let length = 0; length < blob.length; length++) expect(readSshSignature(blob.subarray(0, length))).toBeNull();
    expect(readSshSignature(Uint8Array.of(...blob, 0))).toBeNull();
  });

  test('is refused with something in the reserved field', () => {
    const blob = Buffer.from(fromBase64Url(sshSignature.signature) ?? []);
    const at = blob.indexOf(CHANGE) + CHANGE.length;
    const reserved = Buffer.concat([blob.subarray(0, at), Buffer.from([0, 0, 0, 1, 7]), blob.subarray(at + 4)]);
    expect(verify({ ...sshSignature, signature: toBase64Url(reserved) }, sshKey)).toBe('malformed');
  });

  test('says why it does not sign', async () => {
    await expect(signWithSsh({ keyPath: join(folder, 'absent'), purpose: CHANGE, document: DOCUMENT })).rejects.toThrow(
      'ssh-keygen',
    );
    const rsa = join(folder, 'rsa');
    spawnSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', rsa]);
    await expect(signWithSsh({ keyPath: rsa, purpose: CHANGE, document: DOCUMENT })).rejects.toThrow('Ed25519');
  });
});

describe('bare keys and passkeys', () => {
  test('are accepted for their document, refused for another', () => {
    const bare = signWithEd25519(keys.cleo.privateKey, CHANGE, DOCUMENT);
    const passkey = keys.ben.sign(CHANGE, DOCUMENT);
    expect(verify(bare, publicOf(keys.cleo))).toBeNull();
    expect(verify(passkey, keys.ben.public_key)).toBeNull();
    expect(verify(bare, publicOf(keys.cleo), '{}')).toBe('bad-signature');
    expect(verify(passkey, keys.ben.public_key, '{}')).toBe('wrong-challenge');
  });

  test('a document that has no UTF-8 is refused: its bytes would be those of another', () => {
    const bare = signWithEd25519(keys.cleo.privateKey, CHANGE, '"\ufffd"');
    expect(verify(bare, publicOf(keys.cleo), '"\ufffd"')).toBeNull();
    expect(verify(bare, publicOf(keys.cleo), '"\ud800"')).toBe('malformed');
  });

  test('a purpose that is not one of ours is refused', () => {
    const bare = signWithEd25519(keys.cleo.privateKey, CHANGE, DOCUMENT);
    expect(verify(bare, publicOf(keys.cleo), DOCUMENT, 'other' as typeof CHANGE)).toBe('malformed');
  });

  test.each([
    ['authenticator data too short', { authenticator_data: toBase64Url(new Uint8Array(36)) }],
    ['authenticator data too long', { authenticator_data: 'A'.repeat(8196) }],
    ['client data that is no UTF-8', { client_data_json: toBase64Url(Uint8Array.of(0x22, 0xff, 0x22)) }],
    ['client data that is no JSON', { client_data_json: toBase64Url(new TextEncoder().encode('{')) }],
    ['client data that is a list', { client_data_json: toBase64Url(new TextEncoder().encode('[]')) }],
    ['client data without a challenge', { client_data_json: toBase64Url(new TextEncoder().encode('{"origin":"x"}')) }],
    ['client data with a byte order mark', { client_data_json: toBase64Url(new TextEncoder().encode('\ufeff{}')) }],
    ['padding', { signature: 'AA==' }],
  ])('%s is malformed', (_what, wrong) => {
    expect(verify({ ...keys.ben.sign(CHANGE, DOCUMENT), ...wrong }, keys.ben.public_key)).toBe('malformed');
  });

  test('a key that the root spells wrongly never verifies', () => {
    const passkey = keys.ben.sign(CHANGE, DOCUMENT);
    const bare = signWithEd25519(keys.cleo.privateKey, CHANGE, DOCUMENT);
    expect(verify(passkey, { ...keys.ben.public_key, spki: '!' })).toBe('malformed');
    expect(verify(passkey, { ...keys.ben.public_key, spki: 'AAAA' })).toBe('bad-signature');
    expect(verify(passkey, { ...keys.ben.public_key, algorithm: 'EdDSA' })).toBe('bad-signature');
    expect(verify(passkey, { ...keys.ben.public_key, algorithm: 'RS256' })).toBe('bad-signature');
    const { rp_id: _rp, origins: _origins, ...unbound } = keys.ben.public_key;
    expect(verify(passkey, unbound)).toBe('wrong-origin');
    expect(verify(passkey, { ...unbound, origins: ['https://patch.example.org'] })).toBe('wrong-relying-party');
    expect(verify(bare, { ...publicOf(keys.cleo), spki: keys.ben.public_key.spki })).toBe('wrong-kind');
    expect(verify(bare, { ...publicOf(keys.cleo), algorithm: 'ES256' })).toBe('wrong-kind');
  });
});

test('no bytes make it throw', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 400 }).map(toBase64Url));
  fc.assert(
    fc.property(text, text, text, fc.constantFrom('passkey', 'ssh', 'ed25519'), (a, b, c, kind) => {
      const key = { ...keys.ben.public_key, kind, spki: c, algorithm: 'EdDSA' } as PublicKey;
      return (
        verify({ kind, key: key.id, signature: a, authenticator_data: b, client_data_json: c } as Signature, key) !==
        null
      );
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readSshSignature(bytes) === null));
});
