import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_MANIFEST, BUNDLE_SIGNATURE, type BundleManifest, bundleManifest } from '@fleetmend/api/feed-bundle.ts';
import { save } from './download-feed.ts';
import { FeedRefused } from './feed-errors.ts';
import { FEED_LIMITS } from './feed-limits.ts';
import type { FeedBytes } from './feed-source.ts';
import { readTarEntries, type TarEntry } from './tar-entries.ts';
import { verifyBundle } from './verify-bundle.ts';

const MANIFEST_BYTES = 4 * 1024 ** 2;
const SIGNATURE_BYTES = 64 * 1024;

/**
 * Unpacks a bundle of feeds as it streams by: each file goes to `<folder>/<feed>/<name>`, when the manifest lists it and it is
 * what the manifest says. With `keys` nothing is written before one of them is known to have signed the manifest.
 * @throws FeedRefused; FeedUnreachable when the keys cannot be read
 */
export async function readBundle(
  octets: FeedBytes,
  { folder, keys }: { folder: string; keys: string | null },
): Promise<{ manifest: BundleManifest; signed_by: string | null }> {
  const entries = readTarEntries(bounded(octets), FEED_LIMITS);
  const next = async (): Promise<TarEntry | null> => (await entries.next()).value ?? null;
  try {
    const first = await next();
    if (first?.name !== BUNDLE_MANIFEST)
      throw new FeedRefused(`It is no bundle of feeds: it does not begin with ${BUNDLE_MANIFEST}.`);
    const text = await readText(first.bytes, MANIFEST_BYTES);
    let entry = await next();
    const signature = entry?.name === BUNDLE_SIGNATURE ? await readText(entry.bytes, SIGNATURE_BYTES) : null;
    if (signature !== null) entry = await next();
    const signed_by = keys === null ? null : await verifyBundle(text, signature, keys);
    const manifest = readManifest(text);
    const left = new Map(
      manifest.feeds.flatMap(({ feed, files }) => files.map((file) => [`${feed}/${file.name}`, file])),
    );
    for (const { feed } of manifest.feeds) await mkdir(join(folder, feed), { recursive: true, mode: 0o700 });
    for (; entry !== null; entry = await next()) {
      const file = left.get(entry.name);
      if (file === undefined)
        throw new FeedRefused(`Its manifest does not list "${entry.name}", or lists it once only.`);
      left.delete(entry.name);
      // The name is one that the manifest lists, so it holds nothing that leads out of the folder.
      const saved = await save(entry.bytes, join(folder, entry.name), file.bytes);
      if (saved.sha256 !== file.sha256)
        throw new FeedRefused(`${entry.name} is not what the manifest says: it was altered or damaged.`);
    }
    const [missing] = left.keys();
    if (missing !== undefined) throw new FeedRefused(`It lacks ${missing}, which its manifest lists.`);
    return { manifest, signed_by };
  } finally {
    await entries.return(undefined);
  }
}

function readManifest(text: string): BundleManifest {
  const read = bundleManifest.safeParse(parseJson(text));
  if (!read.success) throw new FeedRefused('Its manifest is not one that this version of Fleetmend reads.');
  const { feeds } = read.data;
  if (new Set(feeds.map(({ feed }) => feed)).size < feeds.length) throw new FeedRefused('It holds a feed twice.');
  const bytes = feeds.flatMap(({ files }) => files).reduce((total, file) => total + file.bytes, 0);
  if (bytes > FEED_LIMITS.bundle_bytes) throw tooLarge();
  return read.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readText(bytes: FeedBytes, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of bytes) {
    total += part.length;
    if (total > limit) throw new FeedRefused(`What it says of itself is longer than ${limit} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function* bounded(octets: FeedBytes): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of octets) {
    total += chunk.length;
    if (total > FEED_LIMITS.bundle_bytes + ROOM_FOR_HEADERS) throw tooLarge();
    yield chunk;
  }
}

const ROOM_FOR_HEADERS = 256 * 1024 ** 2;

function tooLarge(): FeedRefused {
  return new FeedRefused(`It is larger than ${FEED_LIMITS.bundle_bytes} bytes.`);
}
