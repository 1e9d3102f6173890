import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FeedRefused } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';

/**
 * The bytes of a feed, inflated where they are gzip (told by the first two bytes, not by a name), never more than the
 * limits allow. @throws FeedRefused
 */
export async function* inflate(raw: AsyncIterable<Uint8Array>, limits: FeedLimits): AsyncGenerator<Uint8Array> {
  const counted = countBytes(raw, limits.compressed_bytes);
  const first = await counted.bytes.next();
  if (first.done === true) throw new FeedRefused('It is empty.');
  const whole = prepend(first.value, counted.bytes);
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isGzip) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip();
  // One chunk ahead, so that the ratio is that of what has been inflated, not of what has been read.
  pipeline(Readable.from(whole, { highWaterMark: 1 }), gunzip, () => undefined);
  let inflated = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      inflated += chunk.length;
      if (inflated > limits.inflated_bytes)
        throw new FeedRefused(`It inflates to more than ${limits.inflated_bytes} bytes.`);
      if (inflated > limits.ratio_free_bytes && inflated > limits.ratio * counted.total()) {
        throw new FeedRefused(`It inflates to more than ${limits.ratio} times its size: a decompression bomb.`);
      }
      yield chunk;
    }
  } catch (error) {
    throw asRefusal(error);
  } finally {
    gunzip.destroy();
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

async function* prepend(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

function asRefusal(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return new FeedRefused('The gzip data is cut short.');
  if (code.startsWith('Z_')) return new FeedRefused(`The gzip data is damaged (${code}).`);
  return error;
}
