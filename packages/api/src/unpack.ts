import { pipeline, Readable, type Transform } from 'node:stream';
import { createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib';
import xz from 'xz-decompress';

/** What unpacking may cost. */
export interface UnpackLimits {
  inflated_bytes: number;
  /** Bytes that come out for each that went in, looked at beyond the first `ratio_free_bytes`. */
  ratio: number;
  ratio_free_bytes: number;
}

/** What was handed over is packed in a way that is damaged, or costs more than it may; the message says which. */
export class PackedRefused extends Error {
  override readonly name = 'PackedRefused';
}

/** What comes out of a file, and how many of its bytes it took so far. */
interface Unpacking {
  chunks: Bytes;
  used(): number;
}

/** The ways to pack one file, by the bytes they begin with (RFC 1952, RFC 8878, https://tukaani.org/xz/xz-file-format.txt). */
const KINDS: readonly (readonly [name: string, magic: readonly number[], open: (packed: Bytes) => Unpacking])[] = [
  ['gzip', [0x1f, 0x8b], (packed) => through(packed, createGunzip({ chunkSize: CHUNK_BYTES }))],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd], (packed) => through(packed, createZstdDecompress({ chunkSize: CHUNK_BYTES }))],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], unxz],
];
const LONGEST_MAGIC = Math.max(...KINDS.map(([, magic]) => magic.length));

/** Bytes that come out at once: each time costs a turn of the event loop. */
const CHUNK_BYTES = 64 * 1024;
/** Bytes that the decoder of xz is given at once, since it does not tell how many of them it has used. */
const XZ_PIECE_BYTES = 4096;

type Bytes = AsyncIterable<Uint8Array>;
type Inflater = Transform & { readonly bytesWritten: number };

/**
 * The bytes of a file, unpacked where they are packed (told by how they begin, not by a name), never more than the limits
 * allow, and never more in memory than a few chunks of it. The ratio is that of the bytes used so far, not of those that
 * wait: a bomb ends after its first megabyte. @throws PackedRefused
 */
export async function* unpack(raw: Bytes, limits: UnpackLimits): AsyncGenerator<Uint8Array> {
  const { first, rest } = await readBeginning(raw[Symbol.asyncIterator]());
  const whole = prepend(first, rest);
  const kind = KINDS.find(([, magic]) => magic.every((byte, i) => first[i] === byte));
  if (kind === undefined) {
    yield* whole;
    return;
  }
  const [name, , open] = kind;
  yield* guard(name, open(whole), limits);
}

/** The bytes of a file in a zip archive, which bears no mark of its own (deflate, RFC 1951). @throws PackedRefused */
export function unpackDeflated(raw: Bytes, limits: UnpackLimits): AsyncGenerator<Uint8Array> {
  return guard('deflate', through(raw, createInflateRaw({ chunkSize: CHUNK_BYTES })), limits);
}

async function* guard(name: string, { chunks, used }: Unpacking, limits: UnpackLimits): AsyncGenerator<Uint8Array> {
  let inflated = 0;
  try {
    for await (const chunk of chunks) {
      inflated += chunk.length;
      if (inflated > limits.inflated_bytes)
        throw new PackedRefused(`It inflates to more than ${limits.inflated_bytes} bytes.`);
      if (inflated > limits.ratio_free_bytes && inflated > limits.ratio * used())
        throw new PackedRefused(`It inflates to more than ${limits.ratio} times its size: a decompression bomb.`);
      yield chunk;
    }
  } catch (error) {
    throw asRefusal(name, error);
  }
}

/** Enough bytes to tell the kind by, and what comes after them. */
async function readBeginning(
  bytes: AsyncIterator<Uint8Array>,
): Promise<{ first: Uint8Array; rest: AsyncIterator<Uint8Array> }> {
  let first: Uint8Array = new Uint8Array();
  while (first.length < LONGEST_MAGIC) {
    const next = await bytes.next();
    if (next.done === true) break;
    first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  return { first, rest: bytes };
}

async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (first.length > 0) yield first;
    yield* { [Symbol.asyncIterator]: () => rest };
  } finally {
    // Also whoever stops within the first bytes lets go of the file.
    await rest.return?.();
  }
}

function through(packed: Bytes, inflater: Inflater): Unpacking {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    pipeline(Readable.from(packed, { highWaterMark: 1 }), inflater, () => undefined);
    try {
      yield* inflater as Bytes;
    } finally {
      inflater.destroy();
    }
  }
  return { chunks: chunks(), used: () => inflater.bytesWritten };
}

/**
 * In WebAssembly, with a dictionary of a few megabytes at most; what asks for a larger one is refused. One stream is read
 * at a time, the next waits for its end: so each must end, also where nobody wants the rest.
 */
function unxz(packed: Bytes): Unpacking {
  let used = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length; at += XZ_PIECE_BYTES) {
        const piece = chunk.subarray(at, at + XZ_PIECE_BYTES);
        used += piece.length;
        yield piece;
      }
    }
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const source = pieces();
    const web = ReadableStream.from(source);
    const reader = new xz.XzReadableStream(web).getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    } finally {
      reader.cancel().catch(() => undefined);
      await source.return(undefined);
    }
  }
  return { chunks: chunks(), used: () => used };
}

const DAMAGED = /^(?:Z_|ZSTD_)|get_next_output failed/;

function asRefusal(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof PackedRefused) return error;
  const code = 'code' in error ? String(error.code) : error.message;
  if (code === 'Z_BUF_ERROR' || code === 'ZSTD_error_srcSize_wrong' || / code 8$/.test(code))
    return new PackedRefused(`The ${name} data is cut short.`);
  return DAMAGED.test(code) ? new PackedRefused(`The ${name} data is damaged (${code}).`) : error;
}
