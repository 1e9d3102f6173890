import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { fromBase64Url } from '@fleetmend/domain/access/bytes.ts';
import { z } from 'zod';
import { nodeCryptography } from './node-cryptography.ts';

const spki = z.string().min(40).max(200);
const ed25519 = z.string().length(86);

/** A host's key names the one that comes after it; both sign, so that the next one is in the same hands. */
export const keySuccession = z.strictObject({
  /** SPKI, DER, base64url. */
  old_key: spki,
  new_key: spki,
  old_signature: ed25519,
  new_signature: ed25519,
});
export type KeySuccession = z.infer<typeof keySuccession>;

/** The SHA-256 of a key in SPKI form, hexadecimal: what change documents name. */
export function hostKeyId(key: string): string {
  return createHash('sha256').update(Buffer.from(key, 'base64url')).digest('hex');
}

/** Lets a host's key name the next one, for one asset. */
export function writeSuccession(asset: string, oldKey: KeyObject, newKey: KeyObject): KeySuccession {
  const [old_key, new_key] = [publicHalf(oldKey), publicHalf(newKey)];
  const text = Buffer.from(successionText(asset, old_key, new_key));
  return {
    old_key,
    new_key,
    old_signature: sign(null, text, oldKey).toString('base64url'),
    new_signature: sign(null, text, newKey).toString('base64url'),
  };
}

/** Whether both keys have signed that the one follows the other at this asset. */
export function isSuccession(
  asset: string,
  { old_key, new_key, old_signature, new_signature }: KeySuccession,
): boolean {
  const text = Buffer.from(successionText(asset, old_key, new_key));
  return old_key !== new_key && isSigned(old_key, text, old_signature) && isSigned(new_key, text, new_signature);
}

function isSigned(key: string, text: Uint8Array, signature: string): boolean {
  const [spkiBytes, bytes] = [fromBase64Url(key), fromBase64Url(signature)];
  if (spkiBytes === null || bytes === null) return false;
  return nodeCryptography.verify({ spki: spkiBytes, algorithm: 'EdDSA' }, text, bytes);
}

function successionText(asset: string, oldKey: string, newKey: string): string {
  return ['fleetmend/host-key/v1', asset, oldKey, newKey].join('\n');
}

function publicHalf(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64url');
}
