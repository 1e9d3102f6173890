import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { unpack } from '@fleetmend/api/unpack.ts';
import { UNPACK_LIMITS } from './inflated-lines.ts';

/**
 * The bytes of a feed as they are uploaded: a file as it is; of several files their records one after the other,
 * inflated, since a stream is either packed or not.
 */
export function feedBytes(files: readonly string[]): ReadableStream<Uint8Array> {
  const [only] = files;
  const source = files.length === 1 && only !== undefined ? createReadStream(only) : Readable.from(joined(files));
  return Readable.toWeb(source) as ReadableStream<Uint8Array>;
}

async function* joined(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    yield* unpack(createReadStream(file) as AsyncIterable<Uint8Array>, UNPACK_LIMITS);
    yield Buffer.from('\n');
  }
}
