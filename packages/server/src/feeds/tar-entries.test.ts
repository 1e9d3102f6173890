import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FeedRefused } from './feed-errors.ts';
import { FEED_LIMITS } from './feed-limits.ts';
import { isTar, readTarEntries } from './tar-entries.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleetmend-tar-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LONG = `${'long/'.repeat(30)}name.json`;
const FILES = {
  'a.json': '{"a":1}',
  'folder/b.json': 'b'.repeat(1500),
  [LONG]: 'long',
  'empty.json': '',
  'block.json': 'x'.repeat(512),
};
for (const [name, content] of Object.entries(FILES)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

/** An archive by the system's own tar. */
function pack(format: string): Buffer {
  return execFileSync('tar', ['-c', `--format=${format}`, '-C', folder, ...Object.keys(FILES), 'folder']);
}

async function read(
  bytes: Buffer,
  { piece = 100, limits = FEED_LIMITS as typeof FEED_LIMITS | { files: number } } = {},
) {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  const found: Record<string, string> = {};
  for await (const entry of readTarEntries(pieces(), { ...FEED_LIMITS, ...limits })) {
    const parts: Uint8Array[] = [];
    for await (const part of entry.bytes) parts.push(part);
    found[entry.name] = Buffer.concat(parts).toString();
  }
  return found;
}

describe.each(['gnu', 'pax', 'ustar'])('an archive in the form of %s', (format) => {
  test.each([1, 511, 512, 100_000])('is read in pieces of %i bytes', async (piece) => {
    const bytes = pack(format);
    expect(isTar(bytes)).toBe(true);
    expect(await read(bytes, { piece })).toMatchObject(FILES);
  });

  test('is refused when it is cut short anywhere but in its filling', async () => {
    const bytes = pack(format);
    const end =
      bytes.length -
      Buffer.from(bytes)
        .reverse()
        .findIndex((byte) => byte !== 0);
    for (const length of [10, 512, 600, 1024, 2000, end])
      await expect(read(bytes.subarray(0, length))).rejects.toThrow(FeedRefused);
  });
});

test('files that nobody reads are passed over', async () => {
  async function* whole() {
    yield pack('pax');
  }
  const names: string[] = [];
  for await (const { name } of readTarEntries(whole(), FEED_LIMITS)) names.push(name);
  expect(names).toContain(LONG);
});

test('a damaged header, too many files and a name without end are refused', async () => {
  const damaged = pack('gnu');
  damaged[0] = 0x21;
  await expect(read(damaged)).rejects.toThrow('damaged');
  await expect(read(pack('gnu'), { limits: { files: 2 } })).rejects.toThrow('more than 2 files');
  const header = pack('gnu').subarray(0, 512);
  header[156] = 'x'.charCodeAt(0);
  header.write('00077777777\0', 124);
  header.write('        ', 148);
  header.write(
    `${header
      .reduce((a, b) => a + b, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  await expect(read(Buffer.concat([header, Buffer.alloc(100_000)]))).rejects.toThrow('too long');
  expect(isTar(Buffer.from('{"document":{}}'))).toBe(false);
});

test('whatever a name says, it is a label: nothing is written', async () => {
  const path = '../'.repeat(10);
  const bytes = execFileSync('tar', ['-c', '-P', `--transform=s#^#${path}#`, '-C', folder, 'a.json']);
  expect(await read(bytes)).toEqual({ [`${path}a.json`]: FILES['a.json'] });
});
