import { FEED_LIMITS } from './feed-limits.ts';
import type { FeedBytes } from './feed-source.ts';
import { createJsonGuard } from './json-guard.ts';
import { jsonValues } from './json-records.ts';

/**
 * The records of a file: one JSON document, an array of them, or one after the other. A small file is parsed at once, a
 * larger one as it comes in. @throws FeedRefused for what is not JSON, or too much of it
 */
export async function* jsonDocuments(bytes: FeedBytes): AsyncGenerator<unknown[]> {
  const { chunks, rest } = await readBeginning(bytes);
  const small = rest === null ? parseSmall(chunks) : null;
  if (small !== null) {
    yield small;
    return;
  }
  const isArray = firstByte(chunks) === 0x5b;
  const shape = { records: isArray ? '$.*' : '$', isSequence: true };
  for await (const values of jsonValues(join(chunks, rest), shape)) yield values.map(({ value }) => value);
}

/** A file of up to this size is parsed at once, which is many times faster; archives hold tens of thousands of them. */
const SMALL_BYTES = 256 * 1024;

/** The beginning of a file, and what follows it; null when that was all. */
async function readBeginning(
  bytes: FeedBytes,
): Promise<{ chunks: Uint8Array[]; rest: AsyncIterator<Uint8Array> | null }> {
  const rest = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size <= SMALL_BYTES; ) {
    const next = await rest.next();
    if (next.done === true) return { chunks, rest: null };
    chunks.push(next.value);
    size += next.value.length;
  }
  return { chunks, rest };
}

/** The records of a small document; null when it is not one document, which the streaming parser then judges. */
function parseSmall(chunks: readonly Uint8Array[]): unknown[] | null {
  const guard = createJsonGuard(FEED_LIMITS);
  for (const chunk of chunks) guard.check(chunk);
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return Array.isArray(value) ? value : [value];
  } catch {
    return null;
  }
}

function firstByte(chunks: readonly Uint8Array[]): number | undefined {
  for (const chunk of chunks) {
    const byte = chunk.find((each) => each > 0x20);
    if (byte !== undefined) return byte;
  }
  return undefined;
}

async function* join(
  chunks: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array> | null,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
  if (rest !== null) yield* { [Symbol.asyncIterator]: () => rest };
}
