import { spawn } from 'node:child_process';
import { createPublicKey, sign } from 'node:crypto';
import { toBase64Url, toHex } from '@fleetmend/domain/access/bytes.ts';
import { readSshSignature, readStrings } from '@fleetmend/domain/access/read-sshsig.ts';
import type { PublicKey, Signature, SignaturePurpose } from '@fleetmend/domain/access/trust-root.ts';
import { ed25519Key, ed25519Spki, signedBytes } from '@fleetmend/domain/access/verify-signature.ts';
import { nodeCryptography } from './node-cryptography.ts';

/** Signs a document with an Ed25519 private key in PEM. @throws when the PEM is no such key. */
export function signWithEd25519(privateKeyPem: string, purpose: SignaturePurpose, document: string): Signature {
  const key = pemPublicKey(privateKeyPem);
  if (key === null) throw new Error('This is not an Ed25519 private key in PEM.');
  const signature = sign(null, signedBytes(purpose, document, nodeCryptography), privateKeyPem);
  return { kind: 'ed25519', key: key.id, signature: toBase64Url(signature) };
}

/**
 * Signs a document with `ssh-keygen -Y sign`: with the private key in a file (it asks for its passphrase on the
 * terminal), or through the SSH agent when the file is the public key.
 * @throws with what ssh-keygen says when it does not sign.
 */
export async function signWithSsh({ keyPath, purpose, document }: SshSigning): Promise<Signature> {
  const armoured = await run('ssh-keygen', ['-Y', 'sign', '-q', '-n', purpose, '-f', keyPath], document);
  const body = /-----BEGIN SSH SIGNATURE-----([\sA-Za-z0-9+/=]+)-----END SSH SIGNATURE-----/.exec(armoured)?.[1];
  const blob = new Uint8Array(Buffer.from(body ?? '', 'base64'));
  const read = readSshSignature(blob);
  if (read === null)
    throw new Error('ssh-keygen made a signature of another kind; use an Ed25519 key (ssh-keygen -t ed25519).');
  return { kind: 'ssh', key: keyId(ed25519Spki(read.public_key)), signature: toBase64Url(blob) };
}

export interface SshSigning {
  keyPath: string;
  purpose: SignaturePurpose;
  document: string;
}

/** An OpenSSH public key line (`ssh-ed25519 AAAA… comment`) as a key of a person; null when it is none. */
export function sshPublicKey(text: string): PublicKey | null {
  const encoded = /^ssh-ed25519 ([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?\r?\n?$/.exec(text.trimStart())?.[1];
  const fields = encoded === undefined ? null : readStrings(new Uint8Array(Buffer.from(encoded, 'base64')), 2);
  if (fields === null || Buffer.from(fields[0]).toString() !== 'ssh-ed25519' || fields[1].length !== 32) return null;
  return asPublicKey('ssh', ed25519Spki(fields[1]));
}

/** An Ed25519 key in PEM (public, or private to take the public one of it) as a key of a person; null when it is none. */
export function pemPublicKey(text: string): PublicKey | null {
  try {
    const spki = new Uint8Array(createPublicKey(text).export({ format: 'der', type: 'spki' }));
    return ed25519Key(spki) === null ? null : asPublicKey('ed25519', spki);
  } catch {
    return null;
  }
}

function asPublicKey(kind: 'ssh' | 'ed25519', spki: Uint8Array): PublicKey {
  return { id: keyId(spki), kind, algorithm: 'EdDSA', spki: toBase64Url(spki) };
}

function keyId(spki: Uint8Array): string {
  return toHex(nodeCryptography.sha256(spki));
}

function run(program: string, args: string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${program}: ${err.trim() || `ended with ${code}`}`)),
    );
    // A program that ends before it has read everything says why on stderr.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
