import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import type { Cryptography, SignatureAlgorithm } from '@fleetmend/domain/access/cryptography.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Smaller RSA keys can be forged by an attacker with means (NIST SP 800-131A). */
const MIN_RSA_BITS = 2048;

/** The pure core's cryptography on node:crypto, for server, agent, CLI and tests. */
export const nodeCryptography: Cryptography = {
  sha256: (data) => hash('sha256', data, 'buffer'),
  sha512: (data) => hash('sha512', data, 'buffer'),
  verify({ spki, algorithm }, data, signature) {
    try {
      const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
      if (!isKeyFor(key, algorithm)) return false;
      const digest = algorithm === 'EdDSA' ? null : 'sha256';
      return verify(digest, data, algorithm === 'ES256' ? { key, dsaEncoding: 'der' } : key, signature);
    } catch {
      // OpenSSL throws on bytes that are no key; for the caller that is a signature that does not verify.
      return false;
    }
  },
  decodeUtf8(bytes) {
    try {
      return decoder.decode(bytes);
    } catch {
      return null;
    }
  },
  encodeUtf8: (text) => encoder.encode(text),
};

/** An algorithm counts only with the kind of key it is for, or a key of one kind could be used as another. */
function isKeyFor(key: KeyObject, algorithm: SignatureAlgorithm): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (algorithm === 'EdDSA') return type === 'ed25519';
  if (algorithm === 'ES256') return type === 'ec' && details?.namedCurve === 'prime256v1';
  return type === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS;
}
