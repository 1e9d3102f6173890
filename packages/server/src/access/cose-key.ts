import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { SignatureAlgorithm } from '@fleetmend/domain/access/cryptography.ts';
import { decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';

/** COSE labels (RFC 9052 §7, RFC 9053 §7, RFC 8230 §4): one number means different things for different kinds of key. */
const ALGORITHM = 3;
const [X_OR_E, Y, N] = [-2, -3, -1];

const NAMES = new Map<unknown, SignatureAlgorithm>([
  [-7, 'ES256'],
  [-8, 'EdDSA'],
  [-257, 'RS256'],
]);

/** A passkey's public key as machines keep it (SPKI, DER); null for an algorithm that does not count here. */
export function coseToSpki(cose: Uint8Array<ArrayBuffer>): { algorithm: SignatureAlgorithm; spki: Uint8Array } | null {
  // The library's type names the fields of each kind of key; which kind this is, is read from it here.
  const fields = decodeCredentialPublicKey(cose) as unknown as Map<number, unknown>;
  const algorithm = NAMES.get(fields.get(ALGORITHM));
  const text = (label: number) => {
    const value = fields.get(label);
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : '';
  };
  if (algorithm === undefined) return null;
  const jwk: Record<SignatureAlgorithm, JsonWebKey> = {
    ES256: { kty: 'EC', crv: 'P-256', x: text(X_OR_E), y: text(Y) },
    EdDSA: { kty: 'OKP', crv: 'Ed25519', x: text(X_OR_E) },
    RS256: { kty: 'RSA', n: text(N), e: text(X_OR_E) },
  };
  try {
    const key = createPublicKey({ key: jwk[algorithm], format: 'jwk' });
    return { algorithm, spki: new Uint8Array(key.export({ format: 'der', type: 'spki' })) };
  } catch {
    return null;
  }
}
