import { z } from 'zod';
import { instant } from './endpoint.ts';

/** The files of a bundle that speak of it; all others are `<feed>/<name>`. They come first, in this order. */
export const BUNDLE_MANIFEST = 'manifest.json';
export const BUNDLE_SIGNATURE = 'signature.json';

/** What a bundle of feeds holds: its manifest, canonical JSON, over whose text a signature is made. */
export const bundleManifest = z.strictObject({
  format: z.literal('fleetmend-feeds/1'),
  made_at: instant,
  feeds: z
    .array(
      z.strictObject({
        feed: z.string().regex(/^[a-z][a-z0-9-]{0,29}$/),
        source: z.string().max(4000),
        /** When it was last known to be what its publisher has. */
        taken_at: instant,
        published_at: instant.nullable(),
        files: z
          .array(
            z.strictObject({
              name: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,68}$/),
              sha256: z.string().regex(/^[0-9a-f]{64}$/),
              bytes: z.int().min(0),
            }),
          )
          .min(1)
          .max(1000),
      }),
    )
    .min(1)
    .max(100),
});
export type BundleManifest = z.output<typeof bundleManifest>;

/** One file that goes into a bundle, and how many bytes it has. */
export interface BundleFile {
  name: string;
  bytes: number;
  content: AsyncIterable<Uint8Array>;
}

const BLOCK = 512;

/**
 * A tar archive of these files, as it streams by (POSIX.1-2017, ustar): names of up to 100 characters, files of up to 8 GiB.
 * @throws when a file has another number of bytes than was said
 */
export async function* packBundle(files: AsyncIterable<BundleFile> | Iterable<BundleFile>): AsyncGenerator<Uint8Array> {
  for await (const { name, bytes, content } of files) {
    yield tarHeader(name, bytes);
    let left = bytes;
    for await (const chunk of content) {
      left -= chunk.length;
      if (left < 0) break;
      yield chunk;
    }
    if (left !== 0) throw new Error(`${name} does not have ${bytes} bytes`);
    yield new Uint8Array((BLOCK - (bytes % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

function tarHeader(name: string, bytes: number): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  if (header.write(name, 0, 100) !== name.length) throw new Error(`${name} is too long a name`);
  // Mode, owner, group, size, time: octal digits, as wide as their fields.
  header.write('0000644\0' + '0000000\0' + '0000000\0', 100);
  header.write(`${bytes.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0`, 124);
  header.write(`${' '.repeat(8)}0`, 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
