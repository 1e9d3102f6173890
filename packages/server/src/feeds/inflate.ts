import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { FeedRefused } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';
import { peekBytes } from './peek-bytes.ts';

/** How a compressed stream begins (RFC 1952, RFC 8878), and what inflates it. */
const FORMATS = [
  { name: 'gzip', magic: [0x1f, 0x8b], create: createGunzip },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], create: createZstdDecompress },
] as const;

/**
 * The bytes of a feed, inflated where they are gzip or zstd (told by the first bytes, not by a name), never more than the
 * limits allow. @throws FeedRefused
 */
export async function* inflate(raw: AsyncIterable<Uint8Array>, limits: FeedLimits): AsyncGenerator<Uint8Array> {
  const counted = countBytes(raw, limits.compressed_bytes);
  const { beginning, whole } = await peekBytes(counted.bytes, 4);
  if (beginning.length === 0) throw new FeedRefused('It is empty.');
  const format = FORMATS.find(({ magic }) => magic.every((byte, at) => beginning[at] === byte));
  if (format === undefined) {
    yield* whole;
    return;
  }
  const inflater = format.create();
  // One chunk ahead, so that the ratio is that of what has been inflated, not of what has been read.
  pipeline(Readable.from(whole, { highWaterMark: 1 }), inflater, () => undefined);
  let inflated = 0;
  try {
    for await (const chunk of inflater as AsyncIterable<Uint8Array>) {
      inflated += chunk.length;
      if (inflated > limits.inflated_bytes)
        throw new FeedRefused(`It inflates to more than ${limits.inflated_bytes} bytes.`);
      if (inflated > limits.ratio_free_bytes && inflated > limits.ratio * counted.total()) {
        throw new FeedRefused(`It inflates to more than ${limits.ratio} times its size: a decompression bomb.`);
      }
      yield chunk;
    }
  } catch (error) {
    throw asRefusal(error, format.name);
  } finally {
    inflater.destroy();
  }
}

function countBytes(raw: AsyncIterable<Uint8Array>, limit: number) {
  let total = 0;
  async function* count(): AsyncGenerator<Uint8Array> {
    for await (const chunk of raw) {
      if (chunk.length === 0) continue;
      total += chunk.length;
      if (total > limit) throw new FeedRefused(`It is larger than ${limit} bytes.`);
      yield chunk;
    }
  }
  return { bytes: count(), total: () => total };
}

function asRefusal(error: unknown, format: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return new FeedRefused(`The ${format} data is cut short.`);
  if (code.startsWith('Z_') || code.startsWith('ZSTD_'))
    return new FeedRefused(`The ${format} data is damaged (${code}).`);
  return error;
}
