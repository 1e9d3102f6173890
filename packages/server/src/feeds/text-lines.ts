import { FeedRefused } from './feed-errors.ts';
import { FEED_LIMITS } from './feed-limits.ts';
import type { FeedBytes } from './feed-source.ts';

/** The lines of a text, as many at a time as one chunk completes. @throws FeedRefused for a line without an end in sight. */
export async function* textLines(bytes: FeedBytes): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decode(decoder, chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > FEED_LIMITS.line_bytes || lines.some((line) => line.length > FEED_LIMITS.line_bytes))
      throw new FeedRefused(`A line in it is longer than ${FEED_LIMITS.line_bytes} bytes.`);
    if (lines.length > 0) yield lines;
  }
  if (rest !== '') yield [rest];
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new FeedRefused('It is not text in UTF-8.');
  }
}
