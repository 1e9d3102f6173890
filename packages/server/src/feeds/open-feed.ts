import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
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

interface Opening {
  /** A file of keys, by one of which each file on disk must be signed. */
  keys?: string | null;
  /** Which files of an archive are read. */
  files?: RegExp | undefined;
}

/**
 * The files of a path: itself, or of a folder (and the folders in it) those that look like feeds, in order of name. Links are
 * not followed out of a folder. @throws FeedUnreachable, FeedRefused
 */
export async function openFeed(path: string, limits: FeedLimits, opening: Opening = {}): Promise<OpenFeed> {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new FeedUnreachable(`Cannot read ${path} (${error.code ?? error.message}).`);
  });
  if (about.isFile()) return openFiles([path], limits, opening);
  if (!about.isDirectory()) throw new FeedUnreachable(`${path} is neither a file nor a folder.`);
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const names = entries
    .filter((entry) => entry.isFile() && FEED_NAME.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (names.length === 0)
    throw new FeedRefused(`The folder ${path} holds no .json, .ndjson, .jsonl, .csv or .txt file.`);
  if (names.length > limits.files) throw new FeedRefused(`The folder holds more than ${limits.files} files.`);
  return { files: filesOf(names.sort(), limits, opening), close: async () => undefined };
}

/**
 * These files, or those in them where they are archives (zip; tar, as it streams by). Each must be what the digests beside it
 * say, and signed by one of `keys` where they are given. @throws FeedUnreachable, FeedRefused
 */
export async function openFiles(paths: readonly string[], limits: FeedLimits, opening: Opening): Promise<OpenFeed> {
  const [only, ...more] = paths;
  if (only !== undefined && more.length === 0) return openPath(only, limits, opening);
  return { files: filesOf(paths, limits, opening), close: async () => undefined };
}

/** Several files, each opened when the one before has been read. */
async function* filesOf(paths: readonly string[], limits: FeedLimits, opening: Opening): AsyncGenerator<FeedFile> {
  for (const path of paths) {
    const { files, close } = await openPath(path, limits, opening).catch((error: unknown) => {
      throw error instanceof FeedRefused ? new FeedRefused(`${basename(path)}: ${error.message}`) : error;
    });
    try {
      for await (const { name, bytes } of files) yield { name: [basename(path), name ?? []].flat().join(': '), bytes };
    } finally {
      await close();
    }
  }
}

async function openPath(
  path: string,
  limits: FeedLimits,
  { keys = null, files: wanted = FEED_NAME }: Opening,
): Promise<OpenFeed> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new FeedUnreachable(`Cannot read ${path} (${error.code ?? error.message}).`);
  });
  try {
    await verifyDigest(path);
    if (keys !== null) await verifySignature(path, keys);
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
      yield* inflate(readZipEntry(handle, entry, limits), { ...limits, inflated_bytes });
    },
  }));
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
