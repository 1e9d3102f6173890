import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FeedRefused, FeedUnreachable } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { FeedBytes } from './feed-source.ts';
import { inflate } from './inflate.ts';
import { readZipEntries, readZipEntry } from './zip-entries.ts';

/** One file of a feed, opened only when its bytes are asked for. */
export interface FeedFile {
  name: string;
  bytes(): FeedBytes;
}

const FEED_NAME = /\.(json|ndjson|jsonl|csv)(\.gz)?$/;

/** The files of a feed, and what must be closed once they have been read. */
export interface OpenFeed {
  files: FeedFile[];
  close(): Promise<void>;
}

/**
 * The files of a path: itself, those in it if it is a zip archive, or of a folder (and the folders in it) those that look
 * like feeds, in order of name. Links are not followed out of a folder. @throws FeedUnreachable, FeedRefused
 */
export async function openFeed(path: string, limits: FeedLimits): Promise<OpenFeed> {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new FeedUnreachable(`Cannot read ${path} (${error.code ?? error.message}).`);
  });
  if (about.isFile()) return openPath(path, limits);
  if (!about.isDirectory()) throw new FeedUnreachable(`${path} is neither a file nor a folder.`);
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const names = entries
    .filter((entry) => entry.isFile() && FEED_NAME.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (names.length === 0) throw new FeedRefused(`The folder ${path} holds no .json, .ndjson, .jsonl or .csv file.`);
  if (names.length > limits.files) throw new FeedRefused(`The folder holds more than ${limits.files} files.`);
  return { files: names.sort().map((name) => plainFile(name, limits)), close: async () => undefined };
}

async function openPath(path: string, limits: FeedLimits): Promise<OpenFeed> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new FeedUnreachable(`Cannot read ${path} (${error.code ?? error.message}).`);
  });
  try {
    const magic = Buffer.alloc(4);
    await handle.read(magic, 0, 4, 0);
    // "PK\3\4", or "PK\5\6" for an archive without files.
    const isZip = magic.readUInt32BE() === 0x504b0304 || magic.readUInt32BE() === 0x504b0506;
    if (isZip) return { files: await zippedFiles(handle, limits), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return { files: [plainFile(path, limits)], close: async () => undefined };
}

async function zippedFiles(handle: FileHandle, limits: FeedLimits): Promise<FeedFile[]> {
  const entries = (await readZipEntries(handle, limits)).filter(({ name }) => FEED_NAME.test(name));
  if (entries.length === 0) throw new FeedRefused('The archive holds no .json, .ndjson, .jsonl or .csv file.');
  return entries.map((entry) => ({
    name: entry.name,
    async *bytes() {
      yield* inflate(once(await readZipEntry(handle, entry, limits)), limits);
    },
  }));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function plainFile(path: string, limits: FeedLimits): FeedFile {
  return { name: path, bytes: () => inflate(createReadStream(path) as AsyncIterable<Uint8Array>, limits) };
}

/** Reads files one after the other as long as all of them together keep to the limits. */
export async function* parseFiles<Item>(
  files: readonly FeedFile[],
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
  for (const file of files) {
    try {
      yield* parse(measured(file.bytes()));
    } catch (error) {
      if (error instanceof FeedRefused && files.length > 1) throw new FeedRefused(`${file.name}: ${error.message}`);
      throw error;
    }
  }
}
