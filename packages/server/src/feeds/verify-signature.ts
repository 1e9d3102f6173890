import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createMessage, readKeys, readSignature, verify } from 'openpgp';
import { FeedRefused, FeedUnreachable } from './feed-errors.ts';
import { readSmallFile } from './small-file.ts';

/** A signature and a handful of keys are a few kilobytes. */
const MAX_BYTES = 256 * 1024;

/**
 * Checks a file's detached OpenPGP signature (`<file>.asc`, RFC 9580) against the operator's keys, as the file streams by.
 * @throws FeedRefused when it is unsigned, or not signed by one of them; FeedUnreachable when the keys cannot be read
 */
export async function verifySignature(path: string, keysPath: string): Promise<void> {
  const keys = await readSmallFile(keysPath, MAX_BYTES)
    .then((armoredKeys) => readKeys({ armoredKeys }))
    .catch((error: unknown) => {
      throw new FeedUnreachable(`The keys in ${keysPath} cannot be read: ${messageOf(error)}`);
    });
  const signature = await readSmallFile(`${path}.asc`, MAX_BYTES)
    .then((armoredSignature) => readSignature({ armoredSignature }))
    .catch((error: unknown) => {
      throw new FeedRefused(`It has no signature that can be read, and ${keysPath} asks for one: ${messageOf(error)}`);
    });
  const binary = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  const message = await createMessage({ binary });
  const { data, signatures } = await verify({ message, signature, verificationKeys: keys, format: 'binary' });
  // The signature is over all of it, and is known once the last byte has passed. The library hands out a stream that only
  // a reader can read, since it reads the same one itself.
  const reader = (data as ReadableStream<Uint8Array>).getReader();
  while (!(await reader.read()).done);
  const verdicts = await Promise.allSettled(signatures.map(({ verified }) => verified));
  if (verdicts.some(({ status }) => status === 'fulfilled')) return;
  const why = verdicts.map((verdict) => (verdict.status === 'rejected' ? messageOf(verdict.reason) : ''))[0];
  throw new FeedRefused(`Its signature is not by one of the keys in ${keysPath}: ${why ?? 'it holds none'}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : String(error);
}
