import { createHash, createPrivateKey, type KeyObject, sign, timingSafeEqual } from 'node:crypto';
import { fromBase64Url } from '@fleetmend/domain/access/bytes.ts';
import { nodeCryptography } from './node-cryptography.ts';

/** A request as both ends see it. `path` is without a query: hosts send none. `body` is what goes over the wire. */
export interface HostRequest {
  method: string;
  path: string;
  body: Uint8Array;
}

/** What a host's signature says of itself; none of it is believed before `verifyHostRequest`. */
export interface HostSignature {
  asset: string;
  nonce: string;
  /** `@signature-params` as it was sent, byte for byte. */
  parameters: string;
  signature: Uint8Array;
}

export type HostSignatureFault = 'signature-missing' | 'digest-mismatch' | 'stale-challenge' | 'bad-signature';

type Headers = Record<string, string | readonly string[] | undefined>;

/** One form and no other: a signature over fewer components must not be taken for one over all. */
const COMPONENTS = '("@method" "@path" "content-digest")';
const INPUT =
  /^host=(\("@method" "@path" "content-digest"\);keyid="([A-Za-z0-9_.:-]{1,100})";alg="ed25519";nonce="([A-Za-z0-9_-]{16,64})")$/;
const SIGNATURE = /^host=:([A-Za-z0-9+/]{86}==):$/;

/**
 * Signs a host's request as RFC 9421 says, over method, path and the body's digest (RFC 9530).
 * @param nonce the server's challenge: it stands for the time, so that a wrong clock locks nobody out.
 */
export function signHostRequest(
  request: HostRequest & { nonce: string; asset: string; privateKey: KeyObject | string },
): { 'content-digest': string; 'signature-input': string; signature: string } {
  const { nonce, asset, privateKey } = request;
  const parameters = `${COMPONENTS};keyid="${asset}";alg="ed25519";nonce="${nonce}"`;
  const digest = contentDigest(request.body);
  const key = typeof privateKey === 'string' ? createPrivateKey(privateKey) : privateKey;
  const signature = sign(null, signatureBase(request, digest, parameters), key);
  return {
    'content-digest': digest,
    'signature-input': `host=${parameters}`,
    signature: `host=:${signature.toString('base64')}:`,
  };
}

/** Reads who claims to have signed a request, to look up their key; null where there is no signature of our form. */
export function readHostSignature(headers: Headers): HostSignature | null {
  const { 'signature-input': input, signature } = headers;
  if (typeof input !== 'string' || typeof signature !== 'string') return null;
  const read = INPUT.exec(input);
  const value = SIGNATURE.exec(signature);
  if (read === null || value === null) return null;
  const [, parameters = '', asset = '', nonce = ''] = read;
  return { asset, nonce, parameters, signature: Buffer.from(value[1] ?? '', 'base64') };
}

/** Whether a request is signed by the host's key over the server's challenge: null when it is, else why not. */
export function verifyHostRequest(
  request: HostRequest & {
    headers: Headers;
    /** SPKI, DER, base64url. */
    publicKey: string;
    challenge: string;
  },
): HostSignatureFault | null {
  const { headers, challenge } = request;
  const read = readHostSignature(headers);
  const spki = fromBase64Url(request.publicKey);
  if (read === null || spki === null) return 'signature-missing';
  if (!isSameText(read.nonce, challenge)) return 'stale-challenge';
  const digest = contentDigest(request.body);
  if (!isSameText(headers['content-digest'], digest)) return 'digest-mismatch';
  const base = signatureBase(request, digest, read.parameters);
  return nodeCryptography.verify({ spki, algorithm: 'EdDSA' }, base, read.signature) ? null : 'bad-signature';
}

/** RFC 9421 §2.5. */
function signatureBase({ method, path }: HostRequest, digest: string, parameters: string): Buffer {
  const lines = [
    `"@method": ${method}`,
    `"@path": ${path}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${parameters}`,
  ];
  return Buffer.from(lines.join('\n'));
}

function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

function isSameText(sent: string | readonly string[] | undefined, expected: string): boolean {
  if (typeof sent !== 'string' || sent.length !== expected.length) return false;
  const [a, b] = [Buffer.from(sent), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
