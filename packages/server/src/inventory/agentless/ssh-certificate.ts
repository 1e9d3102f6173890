import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { concatBytes } from '@fleetmend/domain/access/bytes.ts';
import { sshString } from '@fleetmend/domain/access/read-sshsig.ts';
import { ed25519Key } from '@fleetmend/domain/access/verify-signature.ts';

const CERTIFICATE = 'ssh-ed25519-cert-v01@openssh.com';
const USER_CERTIFICATE = 1;
/** Together five minutes: a host's clock may be this much behind ours, and a login takes no longer than that. */
const LEEWAY_SECONDS = 60;
const LIFETIME_SECONDS = 240;

export interface CertificateClaim {
  /** Whom the host logs as the one who came: `fleetmend host_…`. */
  key_id: string;
  /** The account it is good for, and no other. */
  principal: string;
  /** The only thing its bearer may run. */
  command: string;
  now: Date;
}

/** A key that exists in memory alone, and the certificate that makes it good for one login. */
export interface SshLogin {
  privateKey: KeyObject;
  certificate: Uint8Array;
}

/**
 * Makes a fresh key and a certificate for it (OpenSSH's PROTOCOL.certkeys): one account, one command, no terminal, no
 * forwarding of anything, five minutes.
 */
export function issueCertificate(authority: KeyObject, authorityKey: Uint8Array, claim: CertificateClaim): SshLogin {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const now = Math.floor(claim.now.getTime() / 1000);
  const unsigned = concatBytes(
    text(CERTIFICATE),
    sshString(randomBytes(32)),
    sshString(rawEd25519(publicKey)),
    uint64(randomBytes(8).readBigUInt64BE()),
    uint32(USER_CERTIFICATE),
    text(claim.key_id),
    sshString(text(claim.principal)),
    uint64(BigInt(now - LEEWAY_SECONDS)),
    uint64(BigInt(now + LIFETIME_SECONDS)),
    sshString(concatBytes(text('force-command'), sshString(text(claim.command)))),
    sshString(new Uint8Array()),
    sshString(new Uint8Array()),
    sshString(authorityKey),
  );
  return { privateKey, certificate: concatBytes(unsigned, sshString(signSsh(authority, unsigned))) };
}

/** An Ed25519 public key as SSH writes it. */
export function sshKeyBlob(key: KeyObject): Uint8Array {
  return concatBytes(text('ssh-ed25519'), sshString(rawEd25519(key)));
}

/** An Ed25519 signature as SSH writes it. */
export function signSsh(key: KeyObject, data: Uint8Array): Uint8Array {
  return concatBytes(text('ssh-ed25519'), sshString(sign(null, data, key)));
}

function rawEd25519(key: KeyObject): Uint8Array {
  const raw = ed25519Key(key.export({ format: 'der', type: 'spki' }));
  if (raw === null) throw new Error('not an Ed25519 key');
  return raw;
}

function text(value: string): Uint8Array {
  return sshString(Buffer.from(value, 'utf8'));
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
