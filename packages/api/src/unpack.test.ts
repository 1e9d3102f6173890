import { Readable } from 'node:stream';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PackedRefused, unpack } from './unpack.ts';

const LIMITS = { inflated_bytes: 16 * 1024 ** 2, ratio: 200, ratio_free_bytes: 1024 ** 2 };
const TEXT = Buffer.from(Array.from({ length: 4000 }, (_, i) => `line ${i}\n`).join(''));
/** `seq 1 300 | xz -9e`, since Node packs no xz. */
const XZ = fromBase64(
  [
    '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4ARDAQJdABiCgo8iTvimVffwmaUlDZBFkVpRtJvKrNwFMuyFUp+xSG3v3OhLuWG64JxT',
    'f5jIqVQO/D0q0wbXZkQ9VmSmzT3Xxx9E9BjfAgs/4sbGe+Hnf3lEHHm3Qq5luBu1DoThmoIGIzlaf3KqQ/qlmh+SwL5FcXlK1ZPG',
    'kAo5rZxlhyq2GjjH4ZMXytA+CeqwUvAQYCbAXl8QkQ25eXh9l0Jg0KY4d+Ej6LsoT4hSLXVYJj9m/eKc69OvYdk1ev/7YrE8fJMc',
    '8mS4TRyFKrFcAAY2AUrrvAVI71xotTxxgZ4sbORnBs+FKnUJGYy8F0QNzTxpxjbEnpzS7js1Ej6TUpedidqbMQAAAGc3dbfmK+6B',
    'AAGeAsQIAABn2MVpscRn+wIAAAAABFla',
  ].join(''),
);
/** `xz -9` of 64 MiB of zeros, which is so repetitive that it is packed once more here. */
const XZ_BOMB = gunzipSync(
  fromBase64(
    [
      'H4sIAAAAAAACA/trXhURxcDA8uzaFjcmBkVGGQYGBoHzEWf+/xdkzIllYMj/+///4u3/3e08RIssEwN3TNJ4triN/ee7J3JNl/WP',
      'Wtkwem+sO9nV5au/mPdm/bLHPcqCwQ8iJY6Wdj0q/7FtSj1P1oF7JZ4pj17GBG9iufHdhWd1PG+u28unh8s6tk8LX7PN92GmbP5v',
      '7w6BHKfTHfYxDP0X/NaraUwplLftV3lYMG+5cvwbjdOtF6fO6KrTmvhJvfS75AG2Gb4z/t5Yf3UC/xHV4B9fJ5oZsi7d8C7/YIGv',
      'O8/FiYKr1ibI7jq3UV0iJrLtZVpQxL6XZWsinzyNZuX4efzW2j+/g7RLzspFKzj9vBts+0MzhdO64bRWzv2t1h+O7NWLX8Vv553m',
      'NEGY77/A5B+FFZE/uM/+n6rhxr/yT82937MM9MIO9Ld+bm48kEplq/d4qD+LmP9fgFGb4U1x8PK/+9bVGErN395rmDdywoA0qwP5',
      '7TeNBthogI0G2GiAjQbYaICNBthogI0G2GiAjQbYaICNBthogI0G2GiAjQbYaICNBthogI0G2GiAjQbYaICNBthogI0G2GiAjQbY',
      'aICNBthogI0G2GiAjQbYQAVYg+w9BjaG1w/PR6ozMDBMldEVMrt5OIaBsdm3oaFBIdt68veNR9J/MwHlGFgiowDJfmDsqCYAAA==',
    ].join(''),
  ),
);
/** `xz --lzma2=dict=512MiB`: whoever unpacks it is to hold half a gibibyte. */
const XZ_LARGE_DICTIONARY = fromBase64(
  '/Td6WFoAAATm1rRGAgAhASIAAACCQKzcAQACYWJjAAAndicaSgnYLAABGwMLL7kQH7bzfQEAAAAABFla',
);

function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64');
}

async function read(packed: Buffer, piece = 4096, limits = LIMITS): Promise<Buffer> {
  async function* pieces() {
    for (let at = 0; at < packed.length; at += piece) yield packed.subarray(at, at + piece);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of unpack(pieces(), limits)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.each([
  ['gzip', gzipSync(TEXT), TEXT],
  ['zstd', zstdCompressSync(TEXT), TEXT],
  ['xz', XZ, Buffer.from(Array.from({ length: 300 }, (_, i) => `${i + 1}\n`).join(''))],
])('%s', (_, packed, text) => {
  test.each([1, 7, 4096])('comes out whole, from pieces of %d bytes', async (piece) => {
    expect(await read(packed, piece)).toEqual(text);
  });

  test('cut short or damaged it is refused', async () => {
    await expect(read(packed.subarray(0, packed.length - 9))).rejects.toThrow(PackedRefused);
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 20, 40);
    await expect(read(damaged)).rejects.toThrow(PackedRefused);
  });
});

test('what is not packed comes as it is, also when it is shorter than any mark', async () => {
  for (const text of ['', '{', 'plain text']) expect(`${await read(Buffer.from(text), 1)}`).toBe(text);
});

test.each([
  ['gzip', gzipSync(Buffer.alloc(64 * 1024 ** 2))],
  ['zstd', zstdCompressSync(Buffer.alloc(64 * 1024 ** 2))],
  ['xz', XZ_BOMB],
])(
  'a bomb in %s ends at the ratio, having cost little more than what is free, also when it comes in one piece',
  async (_, bomb) => {
    let inflated = 0;
    const unpacking = async () => {
      for await (const chunk of unpack(Readable.from([bomb]), LIMITS)) inflated += chunk.length;
    };
    await expect(unpacking()).rejects.toThrow(/200 times its size: a decompression bomb/);
    expect(inflated).toBeLessThanOrEqual(LIMITS.ratio_free_bytes + 128 * 1024);
  },
);

test.each([
  ['xz', XZ],
  ['gzip', gzipSync(TEXT)],
  ['text', TEXT],
])('whoever stops after the first bytes of %s closes the file, and the next one is read', async (_, packed) => {
  for (let i = 0; i < 3; i++) {
    let isClosed = false;
    async function* file() {
      try {
        yield packed;
        yield packed;
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of unpack(file(), LIMITS)) break;
    await expect.poll(() => isClosed).toBe(true);
  }
});

test('a dictionary of half a gibibyte is refused before it is made', async () => {
  await expect(read(XZ_LARGE_DICTIONARY)).rejects.toThrow(PackedRefused);
});

test('what inflates to more than may be at all ends there, at whatever ratio', async () => {
  const packed = gzipSync(TEXT);
  await expect(read(packed, 4096, { ...LIMITS, inflated_bytes: 1000 })).rejects.toThrow(/more than 1000 bytes/);
});

test('an error of the source itself is no refusal', async () => {
  const broken = new Readable({ read: () => broken.destroy(new Error('the disk')) });
  await expect(unpack(broken, LIMITS).next()).rejects.toThrow('the disk');
});
