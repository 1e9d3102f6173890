import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Ctx } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { type Saved, save } from './download-feed.ts';
import { listFeedFiles } from './feed.queries.ts';
import type { FeedFileRow, FeedRow } from './feed.store.ts';
import type { FeedLimits } from './feed-limits.ts';
import type { FeedId } from './registry.ts';

/** What lies beside a file and is about it, by how its name ends. */
export const SIDECARS: readonly string[] = ['.asc', '.sha256', '.sha512'];

type Place = Pick<Ctx, 'settings'>;

/** The folder of one load of a feed. */
export function keptFolder({ settings }: Place, id: FeedId, kept_in: string): string {
  return join(settings.data_dir, 'feeds', id, kept_in);
}

/** Makes a folder for a load that begins. @returns its name */
export async function makeFolder(ctx: Place & Pick<Ctx, 'now'>, id: FeedId): Promise<string> {
  const name = newId('load', ctx.now);
  await mkdir(keptFolder(ctx, id, name), { recursive: true, mode: 0o700 });
  return name;
}

/** Takes away a load's folder with all in it. */
export async function removeFolder(ctx: Place, id: FeedId, kept_in: string): Promise<void> {
  await rm(keptFolder(ctx, id, kept_in), { recursive: true, force: true });
}

/** Takes away what was being read when a server was ended: all in a folder but one that is a day old. */
export async function removeLeftovers(folder: string, now: Date, but: string | null = null): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const about = await stat(path).catch(() => null);
    const isOld = about !== null && now.getTime() - about.mtimeMs > 24 * 60 * 60 * 1000;
    if (isOld && name !== but) await rm(path, { recursive: true, force: true });
  }
}

/** The files of the data in use and where they lie; null where not all of them are there. */
export async function findKept(
  ctx: Place & Pick<Ctx, 'db'>,
  { id, kept_in }: Pick<FeedRow, 'id' | 'kept_in'>,
): Promise<{ folder: string; files: FeedFileRow[] } | null> {
  if (kept_in === null) return null;
  const folder = keptFolder(ctx, id, kept_in);
  const files = await listFeedFiles(ctx.db, id);
  const found = await Promise.all(files.map(({ name }) => stat(join(folder, name)).catch(() => null)));
  const isWhole = files.length > 0 && files.every(({ bytes }, i) => found[i]?.size === bytes);
  return isWhole ? { folder, files } : null;
}

/** Copies a file, and what lies beside it and is about it, into the folder of a load. @throws FeedRefused for too much */
export async function keepFile(path: string, folder: string, limits: FeedLimits): Promise<FeedFileRow[]> {
  const files: FeedFileRow[] = [];
  for (const suffix of ['', ...SIDECARS]) {
    const isThere = suffix === '' || (await stat(`${path}${suffix}`).catch(() => null))?.isFile() === true;
    if (!isThere) continue;
    const name = `${safeName(basename(path))}${suffix}`;
    const bytes = createReadStream(`${path}${suffix}`) as AsyncIterable<Uint8Array>;
    files.push(handedOver(name, await save(bytes, join(folder, name), limits.compressed_bytes)));
  }
  return files;
}

/** A file that was not fetched from anywhere. */
export function handedOver(name: string, saved: Saved): FeedFileRow {
  return { name, address: null, etag: null, last_modified: null, ...saved };
}

/** A name that is one of a file wherever it is unpacked: letters, digits and a few signs, its end where it is long. */
export function safeName(text: string): string {
  return (
    text
      .replace(/[^A-Za-z0-9._-]/g, '_')

      .slice(-55) || 'file'
  );
}

/** The files that hold records, in order; the others lie beside one of them. */
export function recordFiles(files: readonly FeedFileRow[]): FeedFileRow[] {
  return files.filter(({ name }) => !SIDECARS.some((suffix) => name.endsWith(suffix)));
}
