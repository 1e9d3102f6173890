import {
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

/** What both ends of a session hold. `link` is the secret that the next check-in is sent under; `step` counts them. */
export interface HostSession {
  /** A key object, since OpenSSL takes five times as long to make one of bytes as to use it. */
  key: KeyObject;
  step: number;
  link: string;
}

/** A request as both ends see it; `body` is what goes over the wire. */
export interface SessionRequest {
  path: string;
  body: Uint8Array;
}

/** Who claims to send a request, under which step, and the MAC that has to prove it. */
export interface SessionClaim {
  asset: string;
  step: number;
  mac: string;
}

const CLAIM = /^Fleetmend ([A-Za-z0-9_.:-]{1,100}) (\d{1,15}) ([A-Za-z0-9_-]{22})$/;
const CHALLENGE = /^Fleetmend challenge="([A-Za-z0-9_-]{22})"$/;
const ANSWER = /^mac=([A-Za-z0-9_-]{22})$/;
/** 128 bits of an HMAC-SHA256 in base64url. */
const MAC_LENGTH = 22;

/** A fresh X25519 key; the public half as 32 bytes in base64url. */
export function makeExchangeKey(): { privateKey: KeyObject; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  return { privateKey, publicKey: rawPublicKey(publicKey) };
}

/** The public half of an X25519 key as 32 bytes in base64url. */
export function rawPublicKey(key: KeyObject): string {
  return String(key.export({ format: 'jwk' }).x);
}

/** How people and commands name a server's key: by its SHA-256. `key` is 32 bytes in base64url. */
export function serverKeyDigest(key: string): string {
  return `sha256:${createHash('sha256').update(Buffer.from(key, 'base64url')).digest('hex')}`;
}

/**
 * The key that both ends of a session derive, each from its own private half; null when the other half is no key that
 * can be used (OpenSSL refuses points of low order).
 */
export function sessionKey(
  own: KeyObject,
  peer: string,
  session: { asset: string; host: string; server: string },
): KeyObject | null {
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: peer }, format: 'jwk' });
    const secret = diffieHellman({ privateKey: own, publicKey });
    const info = ['fleetmend/session/v1', session.asset, session.host, session.server].join('\n');
    return createSecretKey(new Uint8Array(hkdfSync('sha256', secret, '', info, 32)));
  } catch {
    return null;
  }
}

/** The first link of a session, from the challenge that its opening answered. */
export function firstLink(key: KeyObject, challenge: string): string {
  return mac(key, `open\n${challenge}`);
}

/** The link after a check-in with this MAC. */
export function nextLink(key: KeyObject, requestMac: string): string {
  return mac(key, `link\n${requestMac}`);
}

/** Authenticates a request under a link. */
export function requestMac(session: HostSession, { path, body }: SessionRequest): string {
  return mac(session.key, `request\n${path}\n${session.step}\n${session.link}\n`, body);
}

/** Authenticates the answer to one request and to no other: `to` is that request's MAC, or the challenge of an opening. */
export function answerMac(key: KeyObject, to: string, status: number, body: Uint8Array): string {
  return mac(key, `answer\n${to}\n${status}\n`, body);
}

/** Whether two MACs are the same, in constant time. */
export function isSameMac(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** `Authorization` of a request. */
export function writeClaim({ asset, step, mac: proof }: SessionClaim): string {
  return `Fleetmend ${asset} ${step} ${proof}`;
}

/** Reads `Authorization`; null where it is not of our form. */
export function readClaim(header: string | undefined): SessionClaim | null {
  const [, asset, step, proof] = CLAIM.exec(header ?? '') ?? [];
  return asset === undefined || proof === undefined ? null : { asset, step: Number(step), mac: proof };
}

/** `WWW-Authenticate`: what an opening has to sign. */
export function writeChallenge(challenge: string): string {
  return `Fleetmend challenge="${challenge}"`;
}

/** The challenge in `WWW-Authenticate`, or null. */
export function readChallenge(header: string | null | undefined): string | null {
  return CHALLENGE.exec(header ?? '')?.[1] ?? null;
}

/** `Authentication-Info` of an answer. */
export function writeAnswerMac(value: string): string {
  return `mac=${value}`;
}

/** The MAC in `Authentication-Info`, or null. */
export function readAnswerMac(header: string | null | undefined): string | null {
  return ANSWER.exec(header ?? '')?.[1] ?? null;
}

/** HMAC-SHA256, cut to 128 bits; each kind of text begins with a word of its own, so that none can stand for another. */
export function mac(key: KeyObject, text: string, body?: Uint8Array): string {
  const hmac = createHmac('sha256', key).update(text);
  if (body !== undefined && body.length > 0) hmac.update(body);
  return hmac.digest('base64url').slice(0, MAC_LENGTH);
}
