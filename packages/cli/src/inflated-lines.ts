import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CliError } from './cli-error.ts';

/** What a file may cost. No real feed comes near; a hostile or broken one ends here. */
const LIMITS = {
  inflated_bytes: 2 * 1024 ** 3,
  ratio: 200,
  ratio_free_bytes: 4 * 1024 ** 2,
  line_bytes: 128 * 1024 ** 2,
};

/**
 * The bytes of a file, inflated where they are gzip (told by the first two bytes, not by the name).
 * @throws CliError (usage) when it cannot be read, is damaged, or inflates beyond the limits.
 */
export async function* inflatedBytes(path: string): AsyncGenerator<Buffer> {
  try {
    const source = createReadStream(path);
    let isGzip: boolean | null = null;
    for await (const chunk of source as AsyncIterable<Buffer>) {
      isGzip ??= chunk[0] === 0x1f && chunk[1] === 0x8b;
      if (isGzip) break;
      yield chunk;
    }
    if (isGzip === null) throw new CliError('usage', `${path} is empty`);
    if (isGzip) yield* gunzip(path);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('usage', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

async function* gunzip(path: string): AsyncGenerator<Buffer> {
  const source = createReadStream(path);
  const inflated = createGunzip();
  pipeline(source, inflated, () => undefined);
  let bytes = 0;
  for await (const chunk of inflated as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    const isBomb = bytes > LIMITS.ratio_free_bytes && bytes > LIMITS.ratio * source.bytesRead;
    if (isBomb || bytes > LIMITS.inflated_bytes)
      throw new CliError('usage', `${path} inflates to more than is allowed: ${bytes} bytes and more`);
    yield chunk;
  }
}

/**
 * The lines of a text in UTF-8, as many at a time as one chunk completes.
 * @throws CliError (usage) as `inflatedBytes`, for what is not UTF-8, and for a line without an end in sight.
 */
export async function* inflatedLines(path: string): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest: string[] = [];
  let length = 0;
  for await (const chunk of inflatedBytes(path)) {
    const text = decode(path, decoder, chunk);
    const end = text.lastIndexOf('\n');
    if (end !== -1) {
      yield `${rest.join('')}${text.slice(0, end)}`.split('\n').map(withoutReturn);
      rest = [];
      length = 0;
    }
    rest.push(text.slice(end + 1));
    length += text.length - end - 1;
    if (length > LIMITS.line_bytes)
      throw new CliError('usage', `${path}: a line is longer than ${LIMITS.line_bytes} bytes`);
  }
  const last = rest.join('');
  if (last !== '') yield [withoutReturn(last)];
}

function decode(path: string, decoder: InstanceType<typeof TextDecoder>, chunk: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new CliError('usage', `${path} is not text in UTF-8`);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
