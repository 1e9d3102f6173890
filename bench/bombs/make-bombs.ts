import { spawnSync } from 'node:child_process';
import { brotliCompressSync, crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';

/** What somebody hands over who means harm, or whose disk was full. */
export interface Bomb {
  name: string;
  bytes: Buffer;
}

/** Bytes that a packed bomb unpacks to. */
const UNPACKED_BYTES = 64 * 1024 ** 2;
const MILLION = 1_000_000;

/**
 * Texts that JSON parsers fall over.
 * @param begin how a document of the door begins, so that the bomb is not refused for another reason: `{"vulnerabilities":[`
 * @param good a document that the door takes
 */
export function jsonBombs(begin: string, good: string): Bomb[] {
  const members = Array.from({ length: MILLION }, (_, at) => `"k${at}":1`).join();
  return textBombs({
    'lists a million deep': begin + '['.repeat(MILLION),
    'lists a million deep, and closed': begin + '['.repeat(MILLION) + ']'.repeat(MILLION),
    'objects a million deep': begin + '{"a":'.repeat(MILLION),
    'a million keys in one object': `${begin}{${members}}`,
    'a good document behind __proto__': `{"__proto__":${good}}`,
    'a text without an end': `${begin}"${'x'.repeat(8 * MILLION)}`,
  });
}

/** Bombs that are plain text, by name. */
export function textBombs(texts: Record<string, string>): Bomb[] {
  return Object.entries(texts).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
}

/** Sixty-four megabytes of spaces after the beginning of a document, packed. xz only where the machine has the program. */
export function packedBombs(begin: string): Bomb[] {
  const plain = Buffer.concat([Buffer.from(begin), Buffer.alloc(UNPACKED_BYTES - begin.length, 0x20)]);
  const tar = Buffer.concat([tarHeader('a.json', plain.length), plain]);
  const xz = spawnSync('xz', ['-1', '--stdout'], { input: plain, maxBuffer: 2 ** 24 });
  return [
    { name: 'gzip', bytes: gzipSync(plain) },
    { name: 'zstd', bytes: zstdCompressSync(plain) },
    ...(xz.status === 0 ? [{ name: 'xz', bytes: xz.stdout }] : []),
    { name: 'tar in gzip', bytes: gzipSync(tar) },
    { name: 'zip', bytes: zipOf([{ name: 'a.json', plain }]) },
    { name: 'gzip in zip', bytes: zipOf([{ name: 'a.json.gz', plain: gzipSync(plain) }]) },
    { name: 'zip of files that share their bytes', bytes: zipOf([{ name: 'a.json', plain }], 10_000) },
  ];
}

/** As a host packs its reports. */
export function brotliBomb(begin: string): Bomb {
  const plain = Buffer.concat([Buffer.from(begin), Buffer.alloc(UNPACKED_BYTES - begin.length, 0x20)]);
  return { name: 'brotli', bytes: brotliCompressSync(plain) };
}

/** What arrives when a disk is full or a line breaks: each form of a document that is good, without its end. */
export function truncated(good: string): Bomb[] {
  const plain = Buffer.from(good);
  const xz = spawnSync('xz', ['--stdout'], { input: plain });
  return [
    { name: 'JSON cut short', bytes: plain },
    { name: 'gzip cut short', bytes: gzipSync(plain) },
    { name: 'zstd cut short', bytes: zstdCompressSync(plain) },
    ...(xz.status === 0 ? [{ name: 'xz cut short', bytes: xz.stdout }] : []),
    { name: 'zip cut short', bytes: zipOf([{ name: 'a.json', plain }]) },
  ].map(({ name, bytes }) => ({ name, bytes: bytes.subarray(0, bytes.length - 20) }));
}

/** A zip archive (APPNOTE.TXT 4.3); `copies` of each file's entry point to the same bytes. */
function zipOf(files: readonly { name: string; plain: Buffer }[], copies = 1): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, plain } of files) {
    const data = deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const entry = Buffer.concat([Buffer.from('PK\x01\x02\0\0'), common, rest, Buffer.from(name)]);
    entries.push(...Array.from({ length: copies }, () => entry));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** The header of one plain file (POSIX.1-2017, pax, ustar). */
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
