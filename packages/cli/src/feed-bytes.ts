import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * The bytes of a feed as they are uploaded: a file as it is; of several files their records one after the other,
 * inflated, since a stream is either gzip or not.
 */
export function feedBytes(files: readonly string[]): ReadableStream<Uint8Array> {
  const [only] = files;
  const source = files.length === 1 && only !== undefined ? createReadStream(only) : Readable.from(joined(files));
  return Readable.toWeb(source) as ReadableStream<Uint8Array>;
}

async function* joined(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) {
    const bytes = createReadStream(file);
    if (!file.endsWith('.gz')) yield* bytes;
    else {
      const inflated = createGunzip();
      bytes.on('error', (error) => inflated.destroy(error)).pipe(inflated);
      yield* inflated;
    }
    yield Buffer.from('\n');
  }
}
