import { createReadStream } from 'node:fs';
import { unpack } from '@fleetmend/api/unpack.ts';
import { createJsonGuard } from '@fleetmend/domain/feeds/json-guard.ts';
import { CliError } from './cli-error.ts';

/** What a file may cost. No real feed comes near; a hostile or broken one ends here. */
export const UNPACK_LIMITS = {
  inflated_bytes: 2 * 1024 ** 3,
  ratio: 200,
  ratio_free_bytes: 4 * 1024 ** 2,
  line_bytes: 1024 ** 2,
  /** A document of JSON may stand on one line. */
  json_line_bytes: 128 * 1024 ** 2,
};

/** Lock files of old nest each dependency in the one that asks for it, and name all of them in one object. */
const JSON_LIMITS = {
  json_depth: 256,
  field_bytes: 4 * 1024 ** 2,
  object_members: 200_000,
  record_bytes: UNPACK_LIMITS.inflated_bytes,
  record_members: 50_000_000,
};

/**
 * The bytes of a file, unpacked where they are gzip, xz or zstd. JSON is looked at before anybody parses it.
 * @throws CliError (usage) when it cannot be read, is damaged, or costs more than the limits allow.
 */
export async function* inflatedBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    let check: ((chunk: Uint8Array) => string | null) | null = null;
    for await (const chunk of unpack(createReadStream(path) as AsyncIterable<Uint8Array>, UNPACK_LIMITS)) {
      check ??= checkOf(chunk);
      const complaint = check(chunk);
      if (complaint !== null) throw new CliError('usage', `${path} cannot be read: ${complaint}`);
      yield chunk;
    }
    if (check === null) throw new CliError('usage', `${path} is empty`);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('usage', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** What looks at the bytes of a text, by how it begins: JSON is nested, XML may stand on one line, the rest has lines. */
function checkOf(first: Uint8Array): (chunk: Uint8Array) => string | null {
  const text = Buffer.from(first)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  // A section of TOML or of an INI file looks like a list of something that is no JSON.
  if (/^\s*(?:\{|\[(?!\[?(?!true|false|null)[A-Za-z_]))/.test(text)) return createJsonGuard(JSON_LIMITS).check;
  return /^\s*</.test(text) ? () => null : checkLines();
}

function checkLines(): (chunk: Uint8Array) => string | null {
  let length = 0;
  return (chunk) => {
    const end = chunk.lastIndexOf(0x0a);
    const longest = Math.max(length + (end === -1 ? chunk.length : chunk.indexOf(0x0a)), chunk.length - end - 1);
    length = end === -1 ? length + chunk.length : chunk.length - end - 1;
    return longest > UNPACK_LIMITS.line_bytes ? `A line in it is longer than ${UNPACK_LIMITS.line_bytes} bytes.` : null;
  };
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
    if (length > UNPACK_LIMITS.json_line_bytes)
      throw new CliError('usage', `${path}: a line is longer than ${UNPACK_LIMITS.json_line_bytes} bytes`);
  }
  const last = rest.join('');
  if (last !== '') yield [withoutReturn(last)];
}

function decode(path: string, decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch {
    throw new CliError('usage', `${path} is not text in UTF-8`);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
