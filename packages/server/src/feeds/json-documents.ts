import { FEED_LIMITS } from './feed-limits.ts';
import type { FeedBytes } from './feed-source.ts';
import { createJsonGuard } from './json-guard.ts';
import { jsonValues } from './json-records.ts';
import { peekBytes } from './peek-bytes.ts';

/**
 * The records of a file: one JSON document, an array of them, or one after the other. A small file is parsed at once, a
 * larger one as it comes in. @throws FeedRefused for what is not JSON, or too much of it
 */
export async function* jsonDocuments(bytes: FeedBytes): AsyncGenerator<unknown[]> {
  const { beginning, whole } = await peekBytes(bytes, SMALL_BYTES + 1);
  const small = beginning.length <= SMALL_BYTES ? parseSmall(beginning) : null;
  if (small !== null) {
    yield small;
    return;
  }
  const isArray = beginning.find((each) => each > 0x20) === 0x5b;
  const shape = { records: isArray ? '$.*' : '$', isSequence: true };
  for await (const values of jsonValues(whole, shape)) yield values.map(({ value }) => value);
}

/** A file of up to this size is parsed at once, which is many times faster; archives hold tens of thousands of them. */
const SMALL_BYTES = 256 * 1024;

/** The records of a small document; null when it is not one document, which the streaming parser then judges. */
function parseSmall(bytes: Buffer): unknown[] | null {
  const guard = createJsonGuard(FEED_LIMITS);
  guard.check(bytes);
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return Array.isArray(value) ? value : [value];
  } catch {
    return null;
  }
}
