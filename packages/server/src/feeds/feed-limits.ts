/** What a feed may cost us. No real one comes near; a hostile or broken one ends here, with the old data serving. */
export const FEED_LIMITS = {
  /** Bytes as they come, and as they are once inflated. */
  compressed_bytes: 2 * 1024 ** 3,
  inflated_bytes: 2 * 1024 ** 3,
  /** Inflated bytes for each compressed one, looked at beyond the first megabyte: real feeds stay below 60. */
  ratio: 200,
  ratio_free_bytes: 1024 ** 2,
  json_depth: 64,
  /** Bytes of one text, members of one object, and bytes and members of one record. */
  field_bytes: 1024 ** 2,
  object_members: 50_000,
  record_bytes: 64 * 1024 ** 2,
  record_members: 1_000_000,
  line_bytes: 64 * 1024,
  /** Bytes of a bundle of feeds. */
  bundle_bytes: 16 * 1024 ** 3,
  /** Files of a folder, and seconds from first byte to last. */
  files: 500_000,
  seconds: 900,
} as const;

export type FeedLimits = { [Name in keyof typeof FEED_LIMITS]: number };
