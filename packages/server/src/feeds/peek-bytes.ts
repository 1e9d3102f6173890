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
    yield* chunks;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { beginning: Buffer.concat(chunks).subarray(0, length), whole: whole() };
}
