import { FeedRefused } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { FeedBytes } from './feed-source.ts';

/** A file in a tar archive. Its bytes are there until the next one is asked for; its name is a label, nothing is written. */
export interface TarEntry {
  name: string;
  bytes: FeedBytes;
}

const BLOCK = 512;
/** How much of a file tells whether it is an archive. */
export const TAR_HEADER_BYTES = BLOCK;
/** Long names and other notes about the next file: more than this is no name. */
const MAX_NOTE_BYTES = 64 * 1024;

/** Whether bytes begin like a tar archive: the first header is whole and bears its magic (POSIX.1-2017, pax, ustar). */
export function isTar(beginning: Uint8Array): boolean {
  return beginning.length >= BLOCK && Buffer.from(beginning.subarray(257, 262)).toString('latin1') === 'ustar';
}

/** The plain files of an archive, one after the other, as it streams by. @throws FeedRefused for a damaged or cut one */
export async function* readTarEntries(bytes: FeedBytes, limits: FeedLimits): AsyncGenerator<TarEntry> {
  const reader = createBlockReader(bytes);
  let longName: string | null = null;
  let files = 0;
  for (let header = await reader.header(); header !== null; header = await reader.header()) {
    const { size, type, name } = readHeader(header);
    if (type === 'x' || type === 'L') longName = readName(type, await reader.whole(size)) ?? longName;
    else if (type === '0' || type === '\0') {
      files++;
      if (files > limits.files) throw new FeedRefused(`The archive holds more than ${limits.files} files.`);
      const body = reader.body(size);
      yield { name: longName ?? name, bytes: body };
      for await (const _ of body) {
        // What was not asked for is passed over.
      }
      longName = null;
    } else for await (const _ of reader.body(size)) longName = null;
  }
}

interface TarHeader {
  name: string;
  size: number;
  type: string;
}

function readHeader(header: Buffer): TarHeader {
  const text = (from: number, to: number) => header.toString('utf8', from, to).replace(/\0.*$/s, '');
  const number = (from: number, to: number) => Number.parseInt(text(from, to).trim() || '0', 8);
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  const size = number(124, 136);
  if (number(148, 156) !== sum || !Number.isSafeInteger(size) || size < 0) throw damaged();
  const prefix = text(345, 500);
  return {
    name: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    size,
    type: header.toString('latin1', 156, 157),
  };
}

/** The name of the next file, where a note about it tells one. */
function readName(type: string, note: Buffer): string | null {
  if (type === 'L') return note.toString('utf8').replace(/\0.*$/s, '');
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(note.toString('utf8'))?.[1] ?? null;
}

function createBlockReader(bytes: FeedBytes) {
  const source = bytes[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);

  /** At least one byte and at most `length`, or null at the end. */
  async function take(length: number): Promise<Buffer | null> {
    while (chunk.length === 0) {
      const next = await source.next();
      if (next.done === true) return null;
      chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    const part = chunk.subarray(0, length);
    chunk = chunk.subarray(part.length);
    return part;
  }

  async function* body(size: number): AsyncGenerator<Uint8Array> {
    let left = size + ((BLOCK - (size % BLOCK)) % BLOCK);
    let data = size;
    while (left > 0) {
      const part = await take(left);
      if (part === null) throw cutShort();
      left -= part.length;
      const own = part.subarray(0, Math.max(0, data));
      data -= part.length;
      if (own.length > 0) yield own;
    }
  }

  async function whole(size: number): Promise<Buffer> {
    if (size > MAX_NOTE_BYTES) throw new FeedRefused('A name in the archive is too long.');
    const parts: Uint8Array[] = [];
    for await (const part of body(size)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** The next header; null at the end mark, a block of zeros. */
  async function header(): Promise<Buffer | null> {
    const parts: Uint8Array[] = [];
    for (let left = BLOCK; left > 0; ) {
      const part = await take(left);
      if (part === null) throw cutShort();
      parts.push(part);
      left -= part.length;
    }
    const block = Buffer.concat(parts);
    if (block.some((byte) => byte !== 0)) return block;
    // What follows is filling; it is read, so that a compressed stream is known to be whole.
    while ((await take(BLOCK)) !== null);
    return null;
  }

  return { header, body, whole };
}

function damaged(): FeedRefused {
  return new FeedRefused('The tar archive is damaged.');
}

function cutShort(): FeedRefused {
  return new FeedRefused('The tar archive is cut short.');
}
