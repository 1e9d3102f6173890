import type { FeedBytes } from './feed-source.ts';

/** The first bytes of a stream, fewer at its end, and the whole stream with them. */
export async function peekBytes(bytes: FeedBytes, length: number): Promise<{ beginning: Buffer; whole: FeedBytes }> {
  const rest = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < length; ) {
    const next = await rest.next();
    if (next.done === true) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      yield* { [Symbol.asyncIterator]: () => rest };
    } finally {
      // Also whoever stops within the first bytes lets go of what lies beneath them.
      await rest.return?.();
    }
  }
  return { beginning: Buffer.concat(chunks).subarray(0, length), whole: whole() };
}
