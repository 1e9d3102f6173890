import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodeCryptography } from './node-cryptography.ts';

const DATA = new TextEncoder().encode('data');
const spki = (key: KeyObject) => new Uint8Array(key.export({ format: 'der', type: 'spki' }));
const PAIRS = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  EdDSA: generateKeyPairSync('ed25519'),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const ALGORITHMS = Object.keys(PAIRS) as (keyof typeof PAIRS)[];
const signed = (pair: { privateKey: KeyObject }, algorithm: string) =>
  sign(algorithm === 'EdDSA' ? null : 'sha256', DATA, pair.privateKey);

describe.each(ALGORITHMS)('%s', (algorithm) => {
  const key = { spki: spki(PAIRS[algorithm].publicKey), algorithm };
  const signature = signed(PAIRS[algorithm], algorithm);

  test('a good signature verifies, another does not', () => {
    expect(nodeCryptography.verify(key, DATA, signature)).toBe(true);
    expect(nodeCryptography.verify(key, DATA.slice(1), signature)).toBe(false);
    expect(nodeCryptography.verify(key, DATA, new Uint8Array())).toBe(false);
  });

  test('a key is used with its own algorithm only', () => {
    for (const other of ALGORITHMS) {
      expect(nodeCryptography.verify({ ...key, algorithm: other }, DATA, signature)).toBe(other === algorithm);
    }
  });
});

test('weak RSA keys, other curves and bytes that are no key never verify', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const curve = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  expect(nodeCryptography.verify({ spki: spki(weak.publicKey), algorithm: 'RS256' }, DATA, signed(weak, 'RS256'))).toBe(
    false,
  );
  expect(
    nodeCryptography.verify({ spki: spki(curve.publicKey), algorithm: 'ES256' }, DATA, signed(curve, 'ES256')),
  ).toBe(false);
  expect(nodeCryptography.verify({ spki: Uint8Array.of(1, 2), algorithm: 'EdDSA' }, DATA, DATA)).toBe(false);
});

test('UTF-8 is decoded strictly', () => {
  expect(nodeCryptography.decodeUtf8(Uint8Array.of(0xc3, 0xa9))).toBe('é');
  expect(nodeCryptography.decodeUtf8(Uint8Array.of(0xc3))).toBeNull();
});
