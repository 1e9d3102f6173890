import { concatBytes, equalBytes, fromBase64Url } from './bytes.ts';
import type { Cryptography } from './cryptography.ts';
import { readSshSignature, sshString } from './read-sshsig.ts';
import { type PublicKey, SIGNATURE_PURPOSES, type Signature, type SignaturePurpose } from './trust-root.ts';

/** Why a signature does not count, and how that is said. */
export const SIGNATURE_FAULTS = {
  malformed: 'The signature is not in the form of its kind.',
  'wrong-key': 'The signature names another key than the one it is checked against.',
  'wrong-kind': 'The signature is of another kind than its key.',
  'wrong-ceremony': 'The passkey answered something else than a request to sign.',
  'wrong-challenge': 'The passkey signed another document.',
  'wrong-origin': 'The passkey signed on another web site.',
  'cross-origin': 'The passkey signed inside a page of another web site.',
  'wrong-relying-party': 'The passkey signed for another domain.',
  'user-not-present': 'Nobody touched the passkey.',
  'user-not-verified': 'The passkey did not verify its user.',
  'wrong-namespace': 'The SSH signature was made for another purpose.',
  'bad-signature': 'The signature does not match the document.',
} as const;
export type SignatureFault = keyof typeof SIGNATURE_FAULTS;

/** A signature, the key it should be of, and what it should be over. */
export interface SignatureClaim {
  signature: Signature;
  key: PublicKey;
  purpose: SignaturePurpose;
  /** Canonical JSON. */
  document: string;
}

/** Generous bounds on what real authenticators send: a longer field is not read at all. Characters of base64url. */
const MAX_FIELD = 8192;
/** rpIdHash (32) ‖ flags (1) ‖ signCount (4): WebAuthn §6.1. */
const MIN_AUTHENTICATOR_DATA = 37;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
/** What stands before the 32 bytes of an Ed25519 key in its SPKI (RFC 8410 §4). */
const ED25519_SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/** What a passkey's challenge hashes and a bare key signs: the purpose, a zero byte, the document's UTF-8 bytes. */
export function signedBytes(purpose: SignaturePurpose, document: string, crypto: Cryptography): Uint8Array {
  return concatBytes(crypto.encodeUtf8(purpose), Uint8Array.of(0), crypto.encodeUtf8(document));
}

/** The bytes whose signature an SSHSIG carries (PROTOCOL.sshsig). */
export function sshSignedBytes(
  { purpose, document, hash }: { purpose: SignaturePurpose; document: string; hash: 'sha256' | 'sha512' },
  crypto: Cryptography,
): Uint8Array {
  const parts = [crypto.encodeUtf8(purpose), new Uint8Array(), crypto.encodeUtf8(hash), crypto[hash](document)];
  return concatBytes(crypto.encodeUtf8('SSHSIG'), ...parts.map(sshString));
}

/**
 * Whether a signature counts: null when it does, else why not. Bounded work and no throw on any bytes, since on a host
 * this reads what a hostile server sends.
 */
export function verifySignature(claim: SignatureClaim, crypto: Cryptography): SignatureFault | null {
  const { signature, key, document } = claim;
  if (signature.key !== key.id) return 'wrong-key';
  if (signature.kind !== key.kind) return 'wrong-kind';
  // A lone surrogate has no UTF-8: two different texts would be signed as the same bytes.
  if (!document.isWellFormed() || !Object.values(SIGNATURE_PURPOSES).includes(claim.purpose)) return 'malformed';
  const spki = fromBase64Url(key.spki);
  const bytes = readField(signature.signature);
  if (spki === null || bytes === null) return 'malformed';
  if (signature.kind === 'passkey') return verifyPasskey({ ...claim, signature, spki, bytes }, crypto);
  if (key.algorithm !== 'EdDSA' || ed25519Key(spki) === null) return 'wrong-kind';
  if (signature.kind === 'ssh') return verifySsh({ ...claim, spki, bytes }, crypto);
  const isGood = crypto.verify({ spki, algorithm: 'EdDSA' }, signedBytes(claim.purpose, document, crypto), bytes);
  return isGood ? null : 'bad-signature';
}

type Decoded = SignatureClaim & { spki: Uint8Array; bytes: Uint8Array };

function verifySsh({ key, purpose, document, spki, bytes }: Decoded, crypto: Cryptography): SignatureFault | null {
  const read = readSshSignature(bytes);
  if (read === null || read.reserved.length > 0) return 'malformed';
  if (!equalBytes(read.public_key, ed25519Key(spki) ?? new Uint8Array())) return 'wrong-key';
  if (!equalBytes(read.namespace, crypto.encodeUtf8(purpose))) return 'wrong-namespace';
  const data = sshSignedBytes({ purpose, document, hash: read.hash }, crypto);
  return crypto.verify({ spki, algorithm: key.algorithm }, data, read.signature) ? null : 'bad-signature';
}

/** WebAuthn Level 3 §7.2, the steps that apply where challenge, key and relying party are known beforehand. */
function verifyPasskey(
  { signature, key, purpose, document, spki, bytes }: Decoded & { signature: Extract<Signature, { kind: 'passkey' }> },
  crypto: Cryptography,
): SignatureFault | null {
  const authenticator = readField(signature.authenticator_data);
  const client = readField(signature.client_data_json);
  if (authenticator === null || client === null || authenticator.length < MIN_AUTHENTICATOR_DATA) return 'malformed';
  const challenge = crypto.sha256(signedBytes(purpose, document, crypto));
  const fault =
    clientDataFault(client, { challenge, origins: key.origins ?? [] }, crypto) ??
    authenticatorFault(authenticator, crypto.sha256(key.rp_id ?? ''));
  if (fault !== null) return fault;
  const data = concatBytes(authenticator, crypto.sha256(client));
  return crypto.verify({ spki, algorithm: key.algorithm }, data, bytes) ? null : 'bad-signature';
}

function clientDataFault(
  bytes: Uint8Array,
  expected: { challenge: Uint8Array; origins: readonly string[] },
  crypto: Cryptography,
): SignatureFault | null {
  const data = readObject(crypto.decodeUtf8(bytes));
  if (data === null || typeof data['challenge'] !== 'string' || typeof data['origin'] !== 'string') return 'malformed';
  if (data['type'] !== 'webauthn.get') return 'wrong-ceremony';
  const challenge = fromBase64Url(data['challenge']);
  if (challenge === null || !equalBytes(challenge, expected.challenge)) return 'wrong-challenge';
  if (!expected.origins.includes(data['origin'])) return 'wrong-origin';
  const isFramed = (data['crossOrigin'] ?? false) !== false || data['topOrigin'] !== undefined;
  return isFramed ? 'cross-origin' : null;
}

function authenticatorFault(data: Uint8Array, rpIdHash: Uint8Array): SignatureFault | null {
  const flags = data[32] ?? 0;
  if (!equalBytes(data.subarray(0, 32), rpIdHash)) return 'wrong-relying-party';
  if ((flags & USER_PRESENT) === 0) return 'user-not-present';
  // The counter after the flags is not looked at: passkeys that are synced between devices send 0.
  return (flags & USER_VERIFIED) === 0 ? 'user-not-verified' : null;
}

function readField(text: string): Uint8Array | null {
  return text.length > MAX_FIELD ? null : fromBase64Url(text);
}

function readObject(text: string | null): Record<string, unknown> | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** The 32 bytes of the key inside an Ed25519 SPKI; null for any other key. */
export function ed25519Key(spki: Uint8Array): Uint8Array | null {
  const prefix = ED25519_SPKI_PREFIX;
  if (spki.length !== prefix.length + 32 || !equalBytes(spki.subarray(0, prefix.length), prefix)) return null;
  return spki.subarray(prefix.length);
}

/** The SPKI of an Ed25519 key of 32 bytes. */
export function ed25519Spki(key: Uint8Array): Uint8Array {
  return concatBytes(ED25519_SPKI_PREFIX, key);
}
