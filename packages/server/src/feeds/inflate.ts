import { PackedRefused, unpack } from '@fleetmend/api/unpack.ts';
import { FeedRefused } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';

/** The bytes of a feed, unpacked where they are gzip, xz or zstd, never more than the limits allow. @throws FeedRefused */
export async function* inflate(raw: AsyncIterable<Uint8Array>, limits: FeedLimits): AsyncGenerator<Uint8Array> {
  let isEmpty = true;
  try {
    for await (const chunk of unpack(bounded(raw, limits.compressed_bytes), limits)) {
      isEmpty = false;
      yield chunk;
    }
  } catch (error) {
    throw error instanceof PackedRefused ? new FeedRefused(error.message) : error;
  }
  if (isEmpty) throw new FeedRefused('It is empty.');
}

async function* bounded(raw: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of raw) {
    total += chunk.length;
    if (total > limit) throw new FeedRefused(`It is larger than ${limit} bytes.`);
    yield chunk;
  }
}
