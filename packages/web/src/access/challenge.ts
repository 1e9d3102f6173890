import { concatBytes, toBase64Url, toHex } from '@fleetmend/domain/access/bytes.ts';
import type { SignaturePurpose } from '@fleetmend/domain/access/trust-root.ts';

/** SHA-256 by the browser itself. @throws Error outside a secure context, where browsers withhold it. */
async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  if (globalThis.crypto?.subtle === undefined) {
    throw new Error(
      'Signing needs this console over https, or on the machine itself. Sign with an SSH key in the CLI instead.',
    );
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
}

/** The digest of a canonical document, in lower-case hexadecimal. */
export async function documentDigest(canonical: string): Promise<string> {
  return toHex(await sha256(new TextEncoder().encode(canonical)));
}

/**
 * What a passkey is asked to sign: SHA-256(purpose || 0x00 || canonical), base64url. The purpose keeps a signature
 * over one kind of document from counting for another; hosts compute the same bytes.
 */
export async function signingChallenge(purpose: SignaturePurpose, canonical: string): Promise<string> {
  const encoder = new TextEncoder();
  return toBase64Url(
    await sha256(concatBytes(encoder.encode(purpose), new Uint8Array([0]), encoder.encode(canonical))),
  );
}
