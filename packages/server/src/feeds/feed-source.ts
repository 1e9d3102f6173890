/** The bytes of one file of a feed, inflated and bounded. */
export type FeedBytes = AsyncIterable<Uint8Array>;

/** What a feed says of itself. */
export interface FeedHeader {
  /** The publisher's own date or version. */
  data_version?: string;
  /** How many records it claims to hold. */
  count?: number;
}

/** A source of knowledge: one file in `sources/`, registered in `registry.ts`. */
export interface FeedSource<Item> {
  /** Its file's name. */
  id: string;
  title: string;
  homepage: string;
  /** Read unless `FLEETMEND_FEED_<ID>` names a mirror, a file or a folder. */
  default_source: string;
  /** Minutes between two attempts, and hours after which its data is stale. */
  interval_minutes: number;
  max_age_hours: number;
  max_records: number;
  /** Turns bytes into records, a handful at a time. @throws FeedRefused for whatever is not this feed. */
  parse(bytes: FeedBytes, tell: (header: FeedHeader) => void): AsyncGenerator<Item[]>;
}
