import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readHostSignature, signHostRequest, verifyHostRequest } from './host-signature.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
const CHALLENGE = 'A'.repeat(22);
const request = { method: 'POST', path: '/api/agent/v1/check-in', body: Buffer.from('{"a":1}') };
const signed = signHostRequest({ ...request, nonce: CHALLENGE, asset: 'as_1', privateKey });
const valid = { ...request, headers: signed, publicKey: spki, challenge: CHALLENGE };

test('a signed request is accepted under the challenge it was signed for, whatever the clock says', () => {
  expect(verifyHostRequest(valid)).toBeNull();
  expect(readHostSignature(signed)).toMatchObject({ asset: 'as_1', nonce: CHALLENGE });
});

test('the headers are those of RFC 9421 and RFC 9530, and a key in PEM signs the same', () => {
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  expect(signHostRequest({ ...request, nonce: CHALLENGE, asset: 'as_1', privateKey: pem })).toEqual(signed);
  expect(signed['signature-input']).toBe(
    `host=("@method" "@path" "content-digest");keyid="as_1";alg="ed25519";nonce="${CHALLENGE}"`,
  );
  expect(signed['content-digest']).toMatch(/^sha-256=:[A-Za-z0-9+/]{43}=:$/);
});

const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
const input = signed['signature-input'];

describe('refused', () => {
  test.each([
    ['another method', { method: 'GET' }, 'bad-signature'],
    ['another path', { path: '/api/agent/v1/facts' }, 'bad-signature'],
    ['another body', { body: Buffer.from('{"a":2}') }, 'digest-mismatch'],
    ['another key', { publicKey: other }, 'bad-signature'],
    ['no key', { publicKey: '!' }, 'signature-missing'],
    ['another challenge', { challenge: 'B'.repeat(22) }, 'stale-challenge'],
    ['no headers', { headers: {} }, 'signature-missing'],
    [
      'a header twice',
      { headers: { ...signed, signature: [signed.signature, signed.signature] } },
      'signature-missing',
    ],
    ['a signature cut off', { headers: { ...signed, signature: 'host=:AAAA:' } }, 'signature-missing'],
    ['no digest', { headers: { ...signed, 'content-digest': undefined } }, 'digest-mismatch'],
    [
      'a digest of the same length in other letters',
      { headers: { ...signed, 'content-digest': 'é'.repeat(signed['content-digest'].length) } },
      'digest-mismatch',
    ],
    [
      'fewer components',
      { headers: { ...signed, 'signature-input': input.replace(' "content-digest"', '') } },
      'signature-missing',
    ],
    [
      'another algorithm',
      { headers: { ...signed, 'signature-input': input.replace('ed25519', 'hmac-sha256') } },
      'signature-missing',
    ],
    [
      'another nonce, and the challenge for it',
      { challenge: 'B'.repeat(22), headers: { ...signed, 'signature-input': input.replace(/A{22}/, 'B'.repeat(22)) } },
      'bad-signature',
    ],
    ['another asset', { headers: { ...signed, 'signature-input': input.replace('as_1', 'as_2') } }, 'bad-signature'],
  ])('%s: %s', (_what, wrong, fault) => {
    expect(verifyHostRequest({ ...valid, ...wrong } as typeof valid)).toBe(fault);
  });
});
