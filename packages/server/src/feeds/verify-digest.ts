import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { FeedRefused } from './feed-errors.ts';
import { readSmallFile } from './small-file.ts';

/** Digests that publishers put beside a file, with the length of their hexadecimal form. */
const DIGESTS = { sha512: 128, sha256: 64 } as const;

/** Compares a file with each digest that lies beside it (`<file>.sha256`, `.sha512`). @throws FeedRefused */
export async function verifyDigest(path: string): Promise<void> {
  for (const [algorithm, length] of Object.entries(DIGESTS)) {
    const text = await readSmallFile(`${path}.${algorithm}`, 4096).catch(() => null);
    if (text === null) continue;
    const stated = new RegExp(`^[0-9a-f]{${length}}(?![0-9a-f])`, 'i').exec(text.trim())?.[0];
    if (stated === undefined) throw new FeedRefused(`What lies beside it as .${algorithm} is no such digest.`);
    const hash = createHash(algorithm);
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    if (hash.digest('hex') !== stated.toLowerCase())
      throw new FeedRefused(`It is not what the .${algorithm} beside it says: damaged, or not the publisher's.`);
  }
}
