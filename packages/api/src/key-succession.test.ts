import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isSuccession, writeSuccession } from './key-succession.ts';

const [old, next, other] = [1, 2, 3].map(() => generateKeyPairSync('ed25519').privateKey);
if (old === undefined || next === undefined || other === undefined) throw new Error('no keys');
const good = writeSuccession('host_1', old, next);
const strange = writeSuccession('host_1', other, next);

test('both keys sign that one follows the other', () => {
  expect(isSuccession('host_1', good)).toBe(true);
});

describe('a succession does not count', () => {
  test.each([
    ['at another asset', 'host_2', good],
    ['when the old key has not signed', 'host_1', { ...good, old_signature: strange.old_signature }],
    ['when the new key has not signed', 'host_1', { ...good, new_signature: good.old_signature }],
    ['backwards', 'host_1', { ...good, old_key: good.new_key, new_key: good.old_key }],
    ['to itself', 'host_1', writeSuccession('host_1', old, old)],
    ['with another new key', 'host_1', { ...good, new_key: strange.old_key }],
    ['when a key is none', 'host_1', { ...good, old_key: 'A'.repeat(59) }],
    ['when a signature is no text of ours', 'host_1', { ...good, old_signature: '!'.repeat(86) }],
  ])('%s', (_what, asset, succession) => {
    expect(isSuccession(asset, succession)).toBe(false);
  });
});
