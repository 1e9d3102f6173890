import { gunzipSync, zstdDecompressSync } from 'node:zlib';

const BLOCK = 512;
const MAX_BYTES = 512 * 1024 * 1024;

/** The plain files of a tar archive, compressed by gzip or zstd or not at all, with their text. */
export function* readTar(archive: Buffer): Generator<{ path: string; text: string }> {
  const bytes = decompress(archive);
  let longPath: string | null = null;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    const size = Number.parseInt(field(header, 124, 12), 8);
    if (!Number.isInteger(size) || size < 0) return;
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    const type = String.fromCharCode(header[156] ?? 0);
    const prefix = field(header, 345, 155);
    const path = longPath ?? (prefix === '' ? field(header, 0, 100) : `${prefix}/${field(header, 0, 100)}`);
    // A name too long for its field stands in an entry of its own before the file (GNU `L`, POSIX `x`).
    if (type === 'L') longPath = content.toString('utf8').replace(/\0+$/, '');
    else if (type === 'x') longPath = /^\d+ path=(.*)$/m.exec(content.toString('utf8'))?.[1] ?? null;
    else {
      longPath = null;
      if (type === '0' || type === '\0') yield { path, text: content.toString('utf8') };
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function decompress(archive: Buffer): Buffer {
  const limit = { maxOutputLength: MAX_BYTES };
  if (archive.readUInt16BE(0) === 0x1f8b) return gunzipSync(archive, limit);
  if (archive.readUInt32LE(0) === 0xfd2fb528) return zstdDecompressSync(archive, limit);
  return archive;
}

function field(header: Buffer, at: number, length: number): string {
  const text = header.subarray(at, at + length).toString('latin1');
  const end = text.indexOf('\0');
  return (end === -1 ? text : text.slice(0, end)).trim();
}
