import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import { expect, test } from 'vitest';
import { documentDigest, signingChallenge } from './challenge.ts';

// Expected values from coreutils: printf '%s' '{"a":"ö"}' | sha256sum, and printf 'fleetmend-change-v1\0{"a":"ö"}' | sha256sum.
const CANONICAL = '{"a":"ö"}';

test('a digest is SHA-256 over the UTF-8 bytes', async () => {
  expect(await documentDigest('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(await documentDigest(CANONICAL)).toBe('0c012ddd20b0a67114dcf3b03080ac1c51e5b0b4c96c4bb42033c7e444d2fe2c');
});

test('a challenge is SHA-256 over purpose, a zero byte and the text', async () => {
  expect(await signingChallenge(SIGNATURE_PURPOSES.change, CANONICAL)).toBe(
    'UUlZTkBb7W1oKlEvv4DtUyXgF5nMUPAAyDmxE66meA0',
  );
  expect(await signingChallenge(SIGNATURE_PURPOSES.root, CANONICAL)).toBe(
    'ueGmlkQ0Voqw8Bd5OcoHauphlkstHTtRPzn7M98MEoI',
  );
});

test('one changed byte changes the challenge', async () => {
  expect(await signingChallenge(SIGNATURE_PURPOSES.change, '{"a":"o"}')).not.toBe(
    await signingChallenge(SIGNATURE_PURPOSES.change, CANONICAL),
  );
});
