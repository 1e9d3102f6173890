import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { PackedRefused, unpackDeflated } from '@fleetmend/api/unpack.ts';
import { FeedRefused } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';

/** A file in a zip archive, as its central directory tells (APPNOTE.TXT 4.3.12). */
export interface ZipEntry {
  name: string;
  method: number;
  compressed: number;
  offset: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const MAX_DIRECTORY_BYTES = 256 * 1024 ** 2;

/** The files of an archive. Sizes past 4 GB of a single file are not read; no feed has one. @throws FeedRefused */
export async function readZipEntries(file: FileHandle, limits: FeedLimits): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const { count, bytes, offset } = await findDirectory(file, size);
  if (count > limits.files) throw new FeedRefused(`The archive holds more than ${limits.files} files.`);
  if (bytes > MAX_DIRECTORY_BYTES || offset + bytes > size)
    throw new FeedRefused('The zip archive is damaged or cut short.');
  const directory = await readAt(file, offset, bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== DIRECTORY)
      throw new FeedRefused('The zip archive is damaged.');
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      compressed: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  refuseOverlaps(entries);
  return entries;
}

/** Each byte is one file's: an archive whose files share their data holds far more than it is large. @throws FeedRefused */
function refuseOverlaps(entries: readonly ZipEntry[]): void {
  let end = 0;
  for (const { name, offset, compressed } of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end) throw new FeedRefused(`${name} in the archive overlaps another file: a decompression bomb.`);
    end = offset + 30 + Buffer.byteLength(name) + compressed;
  }
}

/** One file's bytes as they are inflated, never more than the limits allow. @throws FeedRefused */
export async function* readZipEntry(
  file: FileHandle,
  { name, method, compressed, offset }: ZipEntry,
  limits: FeedLimits,
): AsyncGenerator<Uint8Array> {
  if (compressed > limits.inflated_bytes / limits.ratio) throw new FeedRefused(`${name} in the archive is too large.`);
  const header = await readAt(file, offset, 30);
  if (header.readUInt32LE(0) !== LOCAL) throw new FeedRefused('The zip archive is damaged.');
  const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const bytes = await readAt(file, start, compressed);
  if (method === STORED) {
    yield bytes;
    return;
  }
  if (method !== DEFLATED)
    throw new FeedRefused(`${name} in the archive is packed in a way that is not read (method ${method}).`);
  try {
    yield* unpackDeflated(Readable.from([bytes]), limits);
  } catch (error) {
    throw error instanceof PackedRefused ? new FeedRefused(`${name} in the archive: ${error.message}`) : error;
  }
}

/** The end record stands within the last 64 KB; archives of more than 65,535 files say the rest in a second one. */
async function findDirectory(
  file: FileHandle,
  size: number,
): Promise<{ count: number; bytes: number; offset: number }> {
  const length = Math.min(size, 22 + 0xffff);
  const tail = await readAt(file, size - length, length);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0) throw new FeedRefused('The zip archive is cut short.');
  const isLarge = at >= 20 && tail.readUInt32LE(at - 20) === LOCATOR_64;
  if (!isLarge)
    return { count: tail.readUInt16LE(at + 10), bytes: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
  const end = await readAt(file, Number(tail.readBigUInt64LE(at - 12)), 56);
  if (end.readUInt32LE(0) !== END_64) throw new FeedRefused('The zip archive is damaged.');
  return {
    count: Number(end.readBigUInt64LE(32)),
    bytes: Number(end.readBigUInt64LE(40)),
    offset: Number(end.readBigUInt64LE(48)),
  };
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await file.stat();
  if (position < 0 || length < 0 || position + length > size)
    throw new FeedRefused('The zip archive is damaged or cut short.');
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new FeedRefused('The zip archive is cut short.');
  return buffer;
}
