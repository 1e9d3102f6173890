/**
 * The two primitives the pure core needs. Server, agent and CLI pass node:crypto's; the core itself does no I/O and
 * holds no second implementation of a hash.
 */
export interface Cryptography {
  /** SHA-256 of the bytes, or of the string's UTF-8 bytes. */
  sha256(data: Uint8Array | string): Uint8Array;
  sha512(data: Uint8Array | string): Uint8Array;
  /** True when `signature` over `data` verifies under the SPKI public key; false on any malformed input, never a throw. */
  verify(key: { spki: Uint8Array; algorithm: SignatureAlgorithm }, data: Uint8Array, signature: Uint8Array): boolean;
  /** Strict UTF-8 decoding; null when the bytes are not UTF-8. */
  decodeUtf8(bytes: Uint8Array): string | null;
  encodeUtf8(text: string): Uint8Array;
}

/** COSE names: ES256 is ECDSA P-256 with SHA-256 and a DER signature, EdDSA is Ed25519, RS256 is RSA PKCS#1 v1.5 with SHA-256. */
export type SignatureAlgorithm = 'ES256' | 'EdDSA' | 'RS256';
