import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FeedRefused, FeedUnreachable } from './feed-errors.ts';
import { verifyDigest } from './verify-digest.ts';
import { verifySignature } from './verify-signature.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleetmend-signed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CONTENT = Buffer.alloc(300_000, 'advisory ');
let count = 0;

function write(content: Uint8Array | string, suffix = ''): string {
  const path = join(folder, `file-${suffix === '' ? ++count : count}${suffix}`);
  writeFileSync(path, content);
  return path;
}

interface Signer {
  keys: string;
  sign(bytes: Uint8Array): Promise<string>;
}

async function signer(name: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name }], format: 'armored' });
  const signingKeys = await readPrivateKey({ armoredKey: privateKey });
  return {
    keys: write(publicKey),
    sign: async (binary) =>
      String(await sign({ message: await createMessage({ binary }), signingKeys, detached: true, format: 'armored' })),
  };
}

let vendor: Signer;
let other: Signer;
beforeAll(async () => {
  vendor = await signer('Vendor');
  other = await signer('Somebody else');
});

describe('a signature beside a file', () => {
  test('by one of the operator’s keys is accepted, also where several keys are given', async () => {
    const path = write(CONTENT);
    write(await vendor.sign(CONTENT), '.asc');
    await verifySignature(path, vendor.keys);
  });

  test('by anybody else is refused', async () => {
    const path = write(CONTENT);
    write(await other.sign(CONTENT), '.asc');
    await expect(verifySignature(path, vendor.keys)).rejects.toThrow(FeedRefused);
  });

  test('over other bytes is refused', async () => {
    const path = write(Buffer.concat([CONTENT, Buffer.from('!')]));
    write(await vendor.sign(CONTENT), '.asc');
    await expect(verifySignature(path, vendor.keys)).rejects.toThrow(FeedRefused);
  });

  test.each([
    ['nothing', null],
    ['text', 'signed, the vendor'],
    ['too much', 'x'.repeat(300_000)],
  ])('%s is no signature', async (_, text) => {
    const path = write(CONTENT);
    if (text !== null) write(text, '.asc');
    await expect(verifySignature(path, vendor.keys)).rejects.toThrow(FeedRefused);
  });

  test('a signature that holds none is refused', async () => {
    const path = write(CONTENT);
    write('-----BEGIN PGP SIGNATURE-----\n\n=twTO\n-----END PGP SIGNATURE-----\n', '.asc');
    await expect(verifySignature(path, vendor.keys)).rejects.toThrow(FeedRefused);
  });

  test('keys that cannot be read are the operator’s matter, not the feed’s', async () => {
    const path = write(CONTENT);
    write(await vendor.sign(CONTENT), '.asc');
    await expect(verifySignature(path, join(folder, 'missing'))).rejects.toThrow(FeedUnreachable);
    await expect(verifySignature(path, path)).rejects.toThrow(FeedUnreachable);
  });
});

describe('a digest beside a file', () => {
  const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');

  test.each(['sha256', 'sha512'])('%s is compared, in the form of sha256sum too', async (algorithm) => {
    const path = write(CONTENT);
    await verifyDigest(path);
    write(`${digest(algorithm, CONTENT)}  advisories.tar.zst\n`, `.${algorithm}`);
    await verifyDigest(path);
    write(digest(algorithm, Buffer.from('other')).toUpperCase(), `.${algorithm}`);
    await expect(verifyDigest(path)).rejects.toThrow(FeedRefused);
    write('no digest', `.${algorithm}`);
    await expect(verifyDigest(path)).rejects.toThrow(FeedRefused);
  });
});
