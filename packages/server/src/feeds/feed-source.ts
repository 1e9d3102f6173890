import type { AdvisoryRecord } from '@fleetmend/domain/advisories/rule.ts';
import type { FeedLimits } from './feed-limits.ts';

/** The bytes of one file of a feed, inflated and bounded. */
export type FeedBytes = AsyncIterable<Uint8Array>;

/** What a feed says of itself. */
export interface FeedHeader {
  /** The publisher's own date or version. */
  data_version?: string;
  /** The same as a time in RFC 3339, where it states one. */
  published_at?: string;
  /** How many records it claims to hold. */
  count?: number;
}

/** A source of knowledge: one file in `sources/`, registered in `registry.ts`. */
export interface FeedSource<Item> {
  /** Its file's name. */
  id: string;
  title: string;
  homepage: string;
  /**
   * Read unless `FLEETMEND_FEED_<ID>` names a mirror, a file or a folder: an address, or several with spaces between them.
   * `{year:2002}` in it stands for each year since then, `{month:2018-01}` for each month.
   */
  default_source: string;
  /** Which files of an archive hold records, where not all do. */
  files?: RegExp;
  /** What it may cost, where that is another amount than for most. */
  limits?: Partial<FeedLimits>;
  /** What its publisher puts beside each file: `.asc` is a signature (OpenPGP), `.sha256` and `.sha512` are digests. */
  sidecars?: readonly string[];
  /** Minutes between two attempts, and hours after which its data is stale. */
  interval_minutes: number;
  max_age_hours: number;
  max_records: number;
  /** Hours after which its publisher's own date is too old, where it keeps a rhythm; two weeks where none is known. */
  max_published_hours?: number;
  /** Turns bytes into records, a handful at a time. @throws FeedRefused for whatever is not this feed. */
  parse(bytes: FeedBytes, tell: (header: FeedHeader) => void): AsyncGenerator<Item[]>;
}

/** A source of advisories. */
export interface AdvisorySource extends FeedSource<AdvisoryRecord> {
  /** The platforms it speaks of, in small letters: it is read while some machine runs one. Null: only where it is set. */
  platforms: RegExp | null;
}
