import { FeedRefused } from '../feeds/feed-errors.ts';
import type { FeedLimits } from '../feeds/feed-limits.ts';
import type { FeedHeader, FeedSource } from '../feeds/feed-source.ts';
import { type OpenFeed, parseFiles } from '../feeds/open-feed.ts';
import { type AdvisoryFeedId, advisoryFeeds, type FeedId, feeds, isAdvisoryFeed } from '../feeds/registry.ts';
import type { Db } from '../platform/database.ts';
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

interface Load {
  db: Db;
  now: Date;
  files: OpenFeed['files'];
  limits: FeedLimits;
  /** Called with the number of records before anything is replaced. @throws FeedRefused */
  judge(records: number): void;
}

interface Filled extends FeedHeader {
  records: number;
}

/** Reads a feed's records into the table of its kind and puts them in the place of the old ones. @throws FeedRefused */
export async function loadTable(id: FeedId, load: Load): Promise<Filled> {
  try {
    return await (isAdvisoryFeed(id) ? fill(load, advisoryFeeds[id], advisoryTable(id)) : LOADERS[id](load));
  } catch (error) {
    throw asRefusal(error);
  }
}

async function fill<Item>(
  { db, now, files, limits, judge }: Load,
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
    (bytes) => source.parse(bytes, (told) => Object.assign(header, newer(header, told))),
    limits,
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

/** What a file says of itself; of several, the newest date is that of them all. */
function newer({ published_at: known = '' }: FeedHeader, told: FeedHeader): FeedHeader {
  return told.published_at === undefined || told.published_at > known ? told : { ...told, published_at: known };
}
