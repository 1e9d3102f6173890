import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createEd25519 } from '../test/software-authenticator.ts';
import { pemPublicKey, signWithEd25519, sshPublicKey } from './make-signature.ts';

/** RFC 8709's form of a key: the vector is OpenSSH's own documentation of `ssh-ed25519`. */
const SSH = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

describe('public keys', () => {
  test('an OpenSSH key is read with and without a comment', () => {
    const key = sshPublicKey(SSH);
    expect(key).toMatchObject({ kind: 'ssh', algorithm: 'EdDSA' });
    expect(Buffer.from(key?.spki ?? '', 'base64url')).toHaveLength(44);
    expect(sshPublicKey(`${SSH} ada@laptop of hers\n`)).toEqual(key);
  });

  test.each([
    ['an empty text', ''],
    ['another kind', SSH.replace('ssh-ed25519', 'ssh-rsa')],
    ['another kind inside', 'ssh-ed25519 AAAAB3NzaC1yc2EAAAABAAAAAAA='],
    ['a key cut off', SSH.slice(0, -8)],
    ['two keys', `${SSH}\n${SSH}`],
    ['an option before it', `command="x" ${SSH}`],
    ['a private key', createEd25519().privateKey],
  ])('%s is no OpenSSH public key', (_what, text) => {
    expect(sshPublicKey(text)).toBeNull();
  });

  test('a PEM key is read from its private and its public half', () => {
    const pair = createEd25519();
    expect(pemPublicKey(pair.publicKey)).toMatchObject({
      kind: 'ed25519',
      algorithm: 'EdDSA',
      id: pemPublicKey(pair.privateKey)?.id,
    });
  });

  test('another kind of PEM, or none, is refused', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ format: 'pem', type: 'pkcs8' })
      .toString();
    expect(pemPublicKey(rsa)).toBeNull();
    expect(pemPublicKey('x')).toBeNull();
    expect(() => signWithEd25519(rsa, 'fleetmend-change-v1', '{}')).toThrow('not an Ed25519');
  });
});
