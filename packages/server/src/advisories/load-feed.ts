import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UPLOAD } from '../feeds/choose-feed.ts';
import { downloadFeed, type Validators } from '../feeds/download-feed.ts';
import { readFeedRow } from '../feeds/feed.queries.ts';
import { type FeedRow, recordFailure, recordLoad, recordUnchanged, takeFeed } from '../feeds/feed.store.ts';
import { FeedBusy, FeedQuarantined, FeedRefused, FeedUnreachable } from '../feeds/feed-errors.ts';
import { FEED_LIMITS } from '../feeds/feed-limits.ts';
import { addressesOf, feedKeys, feedSetting } from '../feeds/feed-setting.ts';
import type { FeedHeader, FeedSource } from '../feeds/feed-source.ts';
import { type OpenFeed, openFeed, parseFiles } from '../feeds/open-feed.ts';
import { type AdvisoryFeedId, advisoryFeeds, type FeedId, feeds, isAdvisoryFeed } from '../feeds/registry.ts';
import { type Ctx, emit, enqueue } from '../platform/context.ts';
import type { Db } from '../platform/database.ts';
import { newId } from '../platform/id.ts';
import { advisoryTable } from './advisory.store.ts';
import type { AdvisoryTable } from './advisory-table.store.ts';
import { cveTable } from './cve.store.ts';
import { epssTable } from './epss.store.ts';
import { knownExploitedTable } from './known-exploited.store.ts';
import { releaseCycleTable } from './release-cycle.store.ts';

/** A feed of facts with the table it fills; advisories have one in common. */
const LOADERS = {
  kev: (load: Load) => fill(load, feeds.kev, knownExploitedTable),
  epss: (load: Load) => fill(load, feeds.epss, epssTable),
  cve: (load: Load) => fill(load, feeds.cve, cveTable),
  endoflife: (load: Load) => fill(load, feeds.endoflife, releaseCycleTable),
} as const satisfies Record<Exclude<FeedId, AdvisoryFeedId>, (load: Load) => Promise<Filled>>;

/** A feed of fewer records may change as it likes; a larger one that loses 5 % or gains half is not believed. */
const GUARDED_FROM = 100;

interface Load {
  db: Db;
  now: Date;
  files: OpenFeed['files'];
  /** Called with the number of records before anything is replaced. @throws FeedRefused */
  judge(records: number): void;
}

interface Filled extends FeedHeader {
  records: number;
}

/**
 * Loads a feed from where it is configured to be read from. Failing is a state with words, never an exception: the last
 * good data keeps serving. `ctx.db` must be a pool, since nothing is held open while the network is waited for.
 */
export async function syncFeed(ctx: Ctx, id: FeedId): Promise<void> {
  const setting = feedSetting(id);
  if (setting === 'off') return;
  try {
    const addresses = addressesOf(setting);
    if (addresses.length > 0) await loadAddresses(ctx, id, setting, addresses);
    else await loadPath(ctx, id, { path: setting, source: setting, validators: NO_VALIDATORS });
  } catch (error) {
    if (error instanceof FeedBusy) return;
    if (!(error instanceof FeedRefused) && !(error instanceof FeedUnreachable)) throw error;
    await noteFailure(ctx, id, error);
  }
}

const NO_VALIDATORS: Validators = { etag: null, last_modified: null };

/** What is read, what it is called, and what its server will want to hear the next time. */
interface Origin {
  path: string;
  source: string;
  validators: Validators;
}

async function loadAddresses(ctx: Ctx, id: FeedId, source: string, addresses: readonly string[]): Promise<void> {
  const folder = join(ctx.settings.data_dir, 'feeds');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${newId(id, ctx.now)}.part`);
  try {
    const row = await readFeedRow(ctx.db, id);
    const known = row.source === source && row.last_success_at !== null ? row : NO_VALIDATORS;
    const validators = await download(addresses, path, known);
    if (validators === null) await recordUnchanged(ctx.db, id, ctx.now);
    else await loadPath(ctx, id, { path, source, validators });
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** Fetches one address into a file, or several into a folder: of several none is asked whether it has changed. */
async function download(addresses: readonly string[], path: string, known: Validators): Promise<Validators | null> {
  const [first, ...more] = addresses;
  if (first !== undefined && more.length === 0)
    return downloadFeed(first, { path, validators: known, limits: FEED_LIMITS });
  await mkdir(path, { mode: 0o700 });
  for (const [index, address] of addresses.entries())
    await downloadFeed(address, { path: join(path, `${index}.txt`), validators: NO_VALIDATORS, limits: FEED_LIMITS });
  return NO_VALIDATORS;
}

/**
 * Loads a feed from a file or folder, all or nothing: read, judged and swapped in one transaction.
 * @throws FeedRefused, FeedUnreachable, FeedBusy
 */
export async function loadPath(ctx: Ctx, id: FeedId, { path, source, validators }: Origin): Promise<void> {
  const { files }: FeedSource<unknown> = feeds[id];
  const feed = await openFeed(path, FEED_LIMITS, { keys: feedKeys(id), files });
  try {
    await replace(ctx, id, feed.files, { source, validators });
  } finally {
    await feed.close();
  }
  ctx.log.info({ feed: id, source }, 'feed loaded');
}

async function replace(
  ctx: Ctx,
  id: FeedId,
  files: OpenFeed['files'],
  { source, validators }: Omit<Origin, 'path'>,
): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    const before = await takeFeed(trx, id);
    if (before === null) throw new FeedBusy('This feed is being loaded at this moment; try again when that has ended.');
    const judge = (records: number) => refuseLeap(before, records, source);
    const load = { db: trx, now: ctx.now, files, judge };
    const { records, data_version, published_at } = await loadTable(id, load).catch((error: unknown) => {
      throw asRefusal(error);
    });
    const stated = published_at ?? timeOf(validators.last_modified);
    const loaded = { source, ...validators, data_version: data_version ?? null, published_at: stated, records };
    await recordLoad(trx, id, loaded, ctx.now);
    // Only advisories make findings. Facts change ranks, which are derived when they are read: which patches have moved is asked.
    if (isAdvisoryFeed(id)) await enqueue({ db: trx }, 'findings.rematch', {}, { key: 'findings:rematch' });
    else await enqueue({ db: trx }, 'patches.note-moves', {}, { key: 'patches:moves' });
  });
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

function loadTable(id: FeedId, load: Load): Promise<Filled> {
  return isAdvisoryFeed(id) ? fill(load, advisoryFeeds[id], advisoryTable(id)) : LOADERS[id](load);
}

async function fill<Item>(
  { db, now, files, judge }: Load,
  source: FeedSource<Item>,
  table: AdvisoryTable<Item>,
): Promise<Filled> {
  const header: FeedHeader = {};
  let seen = 0;
  let batch: Item[] = [];
  const flush = async () => {
    if (batch.length > 0) await table.insert(db, batch, now);
    batch = [];
  };
  await table.stage(db);
  for await (const items of parseFiles(
    files,
    (bytes) => source.parse(bytes, (told) => Object.assign(header, told)),
    FEED_LIMITS,
  )) {
    seen += items.length;
    if (seen > source.max_records) throw new FeedRefused(`It holds more than ${source.max_records} records.`);
    for (const item of items) {
      batch.push(item);
      if (batch.length >= table.batch) await flush();
    }
  }
  await flush();
  if (seen === 0) throw new FeedRefused('It holds no record.');
  if (header.count !== undefined && header.count !== seen) {
    throw new FeedRefused(`It says that it holds ${header.count} records, and holds ${seen}.`);
  }
  const records = await table.countDistinct(db);
  judge(records);
  await table.swap(db);
  return { ...header, records };
}

/** What PostgreSQL cannot store (class 22: a NUL in a text) or finds twice (23505) is the feed's fault, not ours. */
function asRefusal(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === '23505') return new FeedRefused('It names one vulnerability twice.');
  if (/^22.{3}$/.test(code)) return new FeedRefused(`It holds text that cannot be stored (${code}).`);
  return error;
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

/** A date as HTTP writes it, in RFC 3339; null for none. */
function timeOf(text: string | null): string | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
