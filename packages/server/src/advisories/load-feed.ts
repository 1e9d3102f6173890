import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UPLOAD } from '../feeds/choose-feed.ts';
import { readFeedRow } from '../feeds/feed.queries.ts';
import {
  type FeedFileRow,
  type FeedRow,
  type LoadedFeed,
  recordFailure,
  recordLoad,
  recordUnchanged,
  takeFeed,
} from '../feeds/feed.store.ts';
import { FeedBusy, FeedOutdated, FeedQuarantined, FeedRefused, FeedUnreachable } from '../feeds/feed-errors.ts';
import { FEED_LIMITS, type FeedLimits } from '../feeds/feed-limits.ts';
import { addressesOf, feedKeys, feedSetting } from '../feeds/feed-setting.ts';
import type { FeedSource } from '../feeds/feed-source.ts';
import { fetchFeed } from '../feeds/fetch-feed.ts';
import {
  findKept,
  keepFile,
  keptFolder,
  makeFolder,
  recordFiles,
  removeFolder,
  removeLeftovers,
} from '../feeds/kept-files.ts';
import { type OpenFeed, openFeed, openFiles } from '../feeds/open-feed.ts';
import { type FeedId, feeds, isAdvisoryFeed } from '../feeds/registry.ts';
import { type Ctx, emit, enqueue } from '../platform/context.ts';
import { loadTable } from './fill-table.ts';

/** A feed of fewer records may change as it likes; a larger one that loses 5 % or gains half is not believed. */
const GUARDED_FROM = 100;

/**
 * Loads a feed from where it is configured to be read from. Failing is a state with words, never an exception: the last
 * good data keeps serving. `ctx.db` must be a pool, since nothing is held open while the network is waited for.
 */
export async function syncFeed(ctx: Ctx, id: FeedId): Promise<void> {
  const setting = feedSetting(id);
  if (setting === 'off') return;
  try {
    const addresses = addressesOf(setting, ctx.now);
    const origin = { source: setting };
    if (addresses.length > 0) await loadKept(ctx, id, origin, (folder) => fetchFiles(ctx, id, { addresses, folder }));
    else await loadSetting(ctx, id, setting);
  } catch (error) {
    if (error instanceof FeedBusy) return;
    if (!(error instanceof FeedRefused) && !(error instanceof FeedUnreachable)) throw error;
    await noteFailure(ctx, id, error);
  }
}

/** A file is kept as a download is; a folder is read where it lies, since it is the operator's own. */
async function loadSetting(ctx: Ctx, id: FeedId, path: string): Promise<void> {
  const isFile = (await stat(path).catch(() => null))?.isFile() === true;
  if (isFile) return loadKept(ctx, id, { source: path }, (folder) => keepFile(path, folder, limitsOf(id)));
  const feed = await openFeed(path, limitsOf(id), opening(id));
  const replaced = await replace(ctx, id, feed, { source: path, kept: null });
  if (replaced !== null) await removeFolder(ctx, id, replaced);
}

async function fetchFiles(
  ctx: Ctx,
  id: FeedId,
  { addresses, folder }: { addresses: ReturnType<typeof addressesOf>; folder: string },
): Promise<FeedFileRow[] | null> {
  const { sidecars = [] }: FeedSource<unknown> = feeds[id];
  const row = await readFeedRow(ctx.db, id);
  return fetchFeed(addresses, {
    folder,
    known: row.source === feedSetting(id) ? await findKept(ctx, row) : null,
    sidecars: feedKeys(id) === null ? sidecars : [...new Set([...sidecars, '.asc'])],
    limits: limitsOf(id),
  });
}

/** Where data comes from and, where others have taken it from the publisher, when that was and what its date is. */
export interface Origin {
  source: string;
  taken_at?: string;
  published_at?: string | null;
}

/**
 * Loads a feed from files that are kept while its data is in use: what the next download asks about, and what is packed for
 * other sites. @param bring puts them into a folder, or says (null) that nothing has changed.
 * @throws FeedRefused, FeedUnreachable, FeedBusy
 */
export async function loadKept(
  ctx: Ctx,
  id: FeedId,
  origin: Origin,
  bring: (folder: string) => Promise<FeedFileRow[] | null>,
): Promise<void> {
  const kept_in = await makeFolder(ctx, id);
  const folder = keptFolder(ctx, id, kept_in);
  let replaced: string | null = kept_in;
  try {
    const files = await bring(folder);
    if (files === null) return await recordUnchanged(ctx.db, id, ctx.now);
    const paths = recordFiles(files).map(({ name }) => join(folder, name));
    const feed = await openFiles(paths, limitsOf(id), opening(id));
    replaced = await replace(ctx, id, feed, { ...origin, kept: { kept_in, files } });
    await removeLeftovers(dirname(folder), ctx.now, kept_in);
  } finally {
    if (replaced !== null) await removeFolder(ctx, id, replaced);
  }
}

function limitsOf(id: FeedId): FeedLimits {
  const { limits }: FeedSource<unknown> = feeds[id];
  return { ...FEED_LIMITS, ...limits };
}

function opening(id: FeedId): { keys: string | null; files: RegExp | undefined } {
  const { files }: FeedSource<unknown> = feeds[id];
  return { keys: feedKeys(id), files };
}

/**
 * Puts what is read in the place of what a feed has said so far, all or nothing: read, judged and swapped in one transaction.
 * @returns the folder of the files that nobody needs any more
 */
async function replace(
  ctx: Ctx,
  id: FeedId,
  { files, close }: OpenFeed,
  { source, taken_at, kept, ...origin }: Origin & Pick<LoadedFeed, 'kept'>,
): Promise<string | null> {
  try {
    return await ctx.db.transaction().execute(async (trx) => {
      const before = await takeFeed(trx, id);
      if (before === null)
        throw new FeedBusy('This feed is being loaded at this moment; try again when that has ended.');
      if (taken_at !== undefined) refuseOlder(before, taken_at);
      const judge = (records: number) => refuseLeap(before, records, source);
      const load = { db: trx, now: ctx.now, files, limits: limitsOf(id), judge };
      const { records, data_version, published_at } = await loadTable(id, load);
      const stated = published_at ?? newestOf(kept?.files ?? []) ?? origin.published_at ?? null;
      const as_of = taken_at ?? ctx.now.toISOString();
      const loaded = { source, as_of, kept, data_version: data_version ?? null, published_at: stated, records };
      await recordLoad(trx, id, loaded, ctx.now);
      // Advisories make findings, which are looked for in what has changed. Facts change ranks, which are derived when they are
      // read: which patches have moved is asked.
      if (!isAdvisoryFeed(id)) await enqueue({ db: trx }, 'patches.note-moves', {}, { key: 'patches:moves' });
      ctx.log.info({ feed: id, source }, 'feed loaded');
      return before.kept_in;
    });
  } finally {
    await close();
  }
}

/** Keeps a failure for people to see, and tells those who listen when data was refused rather than merely not there. */
export async function noteFailure(ctx: Ctx, id: FeedId, error: FeedRefused | FeedUnreachable): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    const records = error instanceof FeedQuarantined ? error.records : null;
    await recordFailure(trx, id, { message: error.message, records }, ctx.now);
    if (error instanceof FeedRefused)
      await emit({ ...ctx, db: trx }, 'feed.refused', { feed: id, reason: error.message });
  });
  ctx.log.info({ feed: id, reason: error.message }, 'feed not loaded; the last good data serves');
}

/**
 * A feed does not lose 5 % or gain half from one load to the next: from the same place that is an accident or an attack, until
 * a person has looked. A place that the operator has newly configured may hold another share of the world.
 */
function refuseLeap({ records, released_records, source: last }: FeedRow, after: number, source: string): void {
  const before = released_records ?? records;
  const isMoved = last !== null && last !== source && !source.startsWith(UPLOAD);
  if (before < GUARDED_FROM || isMoved) return;
  if (after < before * 0.95)
    throw new FeedQuarantined(`It shrank from ${before} to ${after} records, more than 5 %: not believed.`, after);
  if (after > before * 1.5)
    throw new FeedQuarantined(`It grew from ${before} to ${after} records, more than 50 %: not believed.`, after);
}

/** What others have taken from the publisher is of use only where it is newer than what is served. */
function refuseOlder({ last_success_at }: FeedRow, taken_at: string): void {
  if (last_success_at === null || taken_at > last_success_at) return;
  const age = taken_at === last_success_at ? 'is what is served already' : `is older than what is served`;
  throw new FeedOutdated(`It ${age}: it was taken at ${taken_at}, what is served at ${last_success_at}.`);
}

/** When the newest of these was last changed, as their servers say, in RFC 3339; null where none says. */
function newestOf(files: readonly FeedFileRow[]): string | null {
  const times = recordFiles(files).map(({ last_modified }) => Date.parse(last_modified ?? ''));
  const newest = Math.max(...times.filter((time) => !Number.isNaN(time)));
  return Number.isFinite(newest) ? new Date(newest).toISOString() : null;
}
