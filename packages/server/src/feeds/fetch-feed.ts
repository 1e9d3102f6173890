import { copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFeed, NO_VALIDATORS } from './download-feed.ts';
import type { FeedFileRow } from './feed.store.ts';
import { FeedRefused, FeedUnreachable } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';
import { safeName } from './kept-files.ts';
import { readSmallFile } from './small-file.ts';

interface Fetching {
  /** Where the files go, and where those of the data in use lie. */
  folder: string;
  known: { folder: string; files: readonly FeedFileRow[] } | null;
  /** What lies beside each file and is fetched with it, where it is there: whoever asks for a signature misses it later. */
  sidecars: readonly string[];
  limits: FeedLimits;
}

const SMALL = 256 * 1024;

/**
 * Fetches the files of a feed into a folder, with what lies beside them. What has not changed is not sent again but taken
 * from the data in use. @returns null when nothing has changed. @throws FeedUnreachable, FeedRefused
 */
export async function fetchFeed(
  addresses: readonly { address: string; isNewest: boolean }[],
  fetching: Fetching,
): Promise<FeedFileRow[] | null> {
  const files: FeedFileRow[] = [];
  let isChanged = false;
  for (const [index, { address, isNewest }] of addresses.entries()) {
    const own = await followPointer(address, fetching);
    const prefix = addresses.length > 1 ? `${String(index).padStart(4, '0')}-` : '';
    const name = `${prefix}${safeName(new URL(own).pathname.split('/').at(-1) ?? '')}`;
    const fetched = await fetchFile(own, name, fetching).catch((error: unknown) => {
      if (isNewest && isMissing(error)) return null;
      throw error;
    });
    if (fetched === null) continue;
    files.push(...fetched.files);
    isChanged ||= fetched.isChanged;
  }
  const before = fetching.known?.files.length ?? 0;
  return isChanged || files.length !== before ? files : null;
}

/** Some publishers name their newest archive in a small file (`archive_latest.txt`), whose address stays the same. */
async function followPointer(address: string, { folder, limits }: Fetching): Promise<string> {
  if (!/_latest\.txt$/.test(new URL(address).pathname)) return address;
  const path = join(folder, 'pointer');
  await downloadFeed(address, { path, validators: NO_VALIDATORS, limits: { ...limits, compressed_bytes: 4096 } });
  const name = (await readSmallFile(path, 4096)).trim();
  if (!/^[A-Za-z0-9._-]+$/.test(name)) throw new FeedRefused(`${address} does not name a file beside it.`);
  return new URL(name, address).href;
}

async function fetchFile(
  address: string,
  name: string,
  fetching: Fetching,
): Promise<{ files: FeedFileRow[]; isChanged: boolean }> {
  const { folder, known, limits } = fetching;
  const before = known?.files.find((each) => each.address === address);
  const path = join(folder, name);
  const downloaded = await downloadFeed(address, { path, validators: before ?? NO_VALIDATORS, limits });
  if (downloaded === null && known !== null && before !== undefined) await reuse(join(known.folder, before.name), path);
  const file = downloaded ?? before;
  if (file === undefined)
    throw new FeedUnreachable(`${new URL(address).host} says, unasked, that nothing has changed.`);
  const beside = await fetchSidecars(address, name, fetching);
  return { files: [{ ...file, name, address }, ...beside], isChanged: file.sha256 !== before?.sha256 };
}

async function fetchSidecars(address: string, name: string, fetching: Fetching): Promise<FeedFileRow[]> {
  const { folder, sidecars, limits } = fetching;
  const files: FeedFileRow[] = [];
  for (const suffix of sidecars) {
    const path = join(folder, name + suffix);
    const small = { path, validators: NO_VALIDATORS, limits: { ...limits, compressed_bytes: SMALL } };
    const downloaded = await downloadFeed(address + suffix, small).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      return null;
    });
    if (downloaded !== null) files.push({ name: name + suffix, address: address + suffix, ...downloaded });
  }
  return files;
}

function isMissing(error: unknown): boolean {
  return error instanceof FeedUnreachable && (error.status === 404 || error.status === 410);
}

/** The same bytes under another name, where the disk can do that; else a copy. */
async function reuse(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}
