import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const TOKEN = /^fm_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** A secret of 256 random bits for a link or a session, as base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a secret. A plain hash is enough: nobody guesses 256 random bits. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** `fm_`, 256 random bits in base 62, and a checksum: scanners find a leaked one, a mistyped one never reaches the database. */
export function newToken(): string {
  const secret = toBase62(BigInt(`0x${randomBytes(32).toString('hex')}`), 43);
  return `fm_${secret}${checksum(secret)}`;
}

/** Whether a text can be one of our tokens at all. */
export function isTokenShaped(text: string): boolean {
  const [, secret, sum] = TOKEN.exec(text) ?? [];
  return secret !== undefined && sum !== undefined && timingSafeEqual(Buffer.from(sum), Buffer.from(checksum(secret)));
}

function checksum(secret: string): string {
  return toBase62(BigInt(crc32(secret)), 6);
}

function toBase62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = BASE62.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, '0');
}
