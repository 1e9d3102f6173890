import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FeedRefused, FeedUnreachable } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { FeedBytes } from './feed-source.ts';
import { inflate } from './inflate.ts';
import { peekBytes } from './peek-bytes.ts';
import { isTar, readTarEntries, TAR_HEADER_BYTES } from './tar-entries.ts';
import { verifyDigest } from './verify-digest.ts';
import { verifySignature } from './verify-signature.ts';
import { readZipEntries, readZipEntry } from './zip-entries.ts';

/** One file of a feed, opened only when its bytes are asked for. */
export interface FeedFile {
  /** Null where the feed is this one file. */
  name: string | null;
  bytes(): FeedBytes;
}

const NOTHING_IN_ARCHIVE = 'The archive holds no .json, .ndjson, .jsonl, .csv or .txt file.';
const FEED_NAME = /\.(json|ndjson|jsonl|csv|txt)(\.gz|\.xz|\.zst)?$/;

/** The files of a feed, to be read one after the other, and what must be closed once they have been. */
export interface OpenFeed {
  files: Iterable<FeedFile> | AsyncIterable<FeedFile>;
  close(): Promise<void>;
}

/**
 * The files of a path: itself, those in it if it is an archive (zip; tar, as it streams by), or of a folder (and the folders
 * in it) those that look like feeds, in order of name. Links are not followed out of a folder. Each file on disk must be
 * what the digests beside it say, and signed by one of `keys` (a file of them) where they are given; of an archive only the
 * files of those names are read that are asked for.
 * @throws FeedUnreachable, FeedRefused
 */
export async function openFeed(
  path: string,
  limits: FeedLimits,
  { keys = null, files = FEED_NAME }: { keys?: string | null; files?: RegExp | undefined } = {},
): Promise<OpenFeed> {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new FeedUnreachable(`Cannot read ${path} (${error.code ?? error.message}).`);
  });
  if (about.isFile()) {
    await verifyFile(path, keys);
    return openPath(path, limits, files);
  }
  if (!about.isDirectory()) throw new FeedUnreachable(`${path} is neither a file nor a folder.`);
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const names = entries
    .filter((entry) => entry.isFile() && FEED_NAME.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (names.length === 0)
    throw new FeedRefused(`The folder ${path} holds no .json, .ndjson, .jsonl, .csv or .txt file.`);
  if (names.length > limits.files) throw new FeedRefused(`The folder holds more than ${limits.files} files.`);
  return { files: names.sort().map((name) => plainFile(name, limits, keys)), close: async () => undefined };
}

async function openPath(path: string, limits: FeedLimits, wanted: RegExp): Promise<OpenFeed> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new FeedUnreachable(`Cannot read ${path} (${error.code ?? error.message}).`);
  });
  try {
    const magic = Buffer.alloc(4);
    await handle.read(magic, 0, 4, 0);
    // "PK\3\4", or "PK\5\6" for an archive without files.
    const isZip = magic.readUInt32BE() === 0x504b0304 || magic.readUInt32BE() === 0x504b0506;
    if (isZip) return { files: await zippedFiles(handle, limits, wanted), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return { files: streamedFiles(path, limits, wanted), close: async () => undefined };
}

async function zippedFiles(handle: FileHandle, limits: FeedLimits, wanted: RegExp): Promise<FeedFile[]> {
  const entries = (await readZipEntries(handle, limits)).filter(
    ({ name }) => FEED_NAME.test(name) && wanted.test(name),
  );
  if (entries.length === 0) throw new FeedRefused(NOTHING_IN_ARCHIVE);
  return entries.map((entry) => ({
    name: entry.name,
    async *bytes() {
      // Packed within an archive that is packed: what comes out counts against what the archive holds of it.
      const inflated_bytes = Math.max(limits.ratio_free_bytes, entry.compressed * limits.ratio);
      yield* inflate(once(await readZipEntry(handle, entry, limits)), { ...limits, inflated_bytes });
    },
  }));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function plainFile(path: string, limits: FeedLimits, keys: string | null): FeedFile {
  return {
    name: path,
    async *bytes() {
      await verifyFile(path, keys);
      yield* inflate(createReadStream(path) as AsyncIterable<Uint8Array>, limits);
    },
  };
}

async function verifyFile(path: string, keys: string | null): Promise<void> {
  await verifyDigest(path);
  if (keys !== null) await verifySignature(path, keys);
}

/** A file alone, or those of a tar archive: which of the two is told by its first bytes, inflated. */
async function* streamedFiles(path: string, limits: FeedLimits, wanted: RegExp): AsyncGenerator<FeedFile> {
  const inflated = inflate(createReadStream(path) as AsyncIterable<Uint8Array>, limits);
  const { beginning, whole } = await peekBytes(inflated, TAR_HEADER_BYTES);
  if (!isTar(beginning)) {
    yield { name: null, bytes: () => whole };
    return;
  }
  let isFound = false;
  for await (const entry of readTarEntries(whole, limits)) {
    if (!FEED_NAME.test(entry.name) || !wanted.test(entry.name)) continue;
    isFound = true;
    yield { name: entry.name, bytes: () => inflate(entry.bytes, limits) };
  }
  if (!isFound) throw new FeedRefused(NOTHING_IN_ARCHIVE);
}

/** Reads files one after the other as long as all of them together keep to the limits. */
export async function* parseFiles<Item>(
  files: OpenFeed['files'],
  parse: (bytes: FeedBytes) => AsyncGenerator<Item[]>,
  limits: FeedLimits,
): AsyncGenerator<Item[]> {
  const deadline = performance.now() + limits.seconds * 1000;
  let total = 0;
  async function* measured(bytes: FeedBytes): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      total += chunk.length;
      if (total > limits.inflated_bytes)
        throw new FeedRefused(`All files together inflate to more than ${limits.inflated_bytes} bytes.`);
      if (performance.now() > deadline) throw new FeedRefused(`Reading it took longer than ${limits.seconds} seconds.`);
      yield chunk;
    }
  }
  for await (const file of files) {
    try {
      yield* parse(measured(file.bytes()));
    } catch (error) {
      if (error instanceof FeedRefused && file.name !== null) throw new FeedRefused(`${file.name}: ${error.message}`);
      throw error;
    }
  }
}
