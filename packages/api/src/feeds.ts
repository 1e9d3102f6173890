import { z } from 'zod';
import { type Endpoint, idParam, instant, nothing, page, pageQuery } from './endpoint.ts';

export const feed = z.object({
  id: z.string(),
  title: z.string(),
  homepage: z.string(),
  /** Where it is read from: an address, a mirror or a folder. */
  source: z.string(),
  /** Why it is read, or is not. */
  because: z.string(),
  last_success_at: instant.nullable(),
  last_attempt_at: instant.nullable(),
  /** The publisher's own date or version of the data in use. */
  data_version: z.string().nullable(),
  /** When the publisher says that its data is of. */
  published_at: instant.nullable(),
  records: z.int(),
  /** How many records a load had that was not believed, because it shrank or grew too much; the data in use is the one before. */
  quarantined_records: z.int().nullable(),
  /** A person has let the next load through. */
  is_released: z.boolean(),
  /** `off` is not read and not missed. */
  state: z.enum(['off', 'never', 'fresh', 'stale', 'failed', 'quarantined']),
  /** What went wrong the last time, in words; the last good data keeps serving. */
  error: z.string().nullable(),
  max_age_hours: z.int(),
});

export const feedsEndpoints = {
  listFeeds: {
    method: 'GET',
    path: '/api/v1/feeds',
    summary: 'Sources of knowledge and how fresh they are',
    permission: 'feeds:read',
    query: pageQuery,
    response: page(feed),
  },
  syncFeed: {
    method: 'POST',
    path: '/api/v1/feeds/:id/sync',
    summary: 'Fetch a feed now',
    permission: 'feeds:write',
    params: idParam,
    response: feed,
    status: 202,
    problems: ['not-found'],
  },
  releaseFeed: {
    method: 'POST',
    path: '/api/v1/feeds/:id/release',
    summary: 'Let a feed that is quarantined be loaded once',
    permission: 'feeds:write',
    params: idParam,
    response: feed,
    status: 202,
    problems: ['not-found', 'state-conflict'],
  },
  importFeed: {
    method: 'POST',
    path: '/api/v1/feeds/:id/import',
    summary: 'Load a feed from a file, for sites without internet',
    permission: 'feeds:write',
    params: idParam,
    upload: 'octets',
    response: feed,
    problems: ['not-found', 'feed-refused', 'body-too-large'],
  },
  exportFeeds: {
    method: 'POST',
    path: '/api/v1/feeds/export',
    summary: 'Say what a bundle of feeds for a site without internet holds; its files are read one by one',
    permission: 'feeds:read',
    /** Which feeds; all that have files when none is named. */
    body: z.strictObject({ feeds: z.array(z.string().max(100)).max(100) }),
    response: z.object({
      /** A `BundleManifest` as canonical JSON. */
      manifest: z.string(),
      /** Feeds that are served and cannot be packed, and those named of which there is nothing, with why. */
      left_out: z.array(z.object({ feed: z.string(), because: z.string() })),
    }),
    problems: ['not-found', 'state-conflict'],
  },
  readFeedFile: {
    method: 'GET',
    path: '/api/v1/feeds/:id/files/:name',
    summary: 'A file of the data in use, as it came',
    permission: 'feeds:read',
    params: idParam.extend({ name: z.string().max(100) }),
    stream: 'octets',
    response: nothing,
    problems: ['not-found'],
  },
  importFeedBundle: {
    method: 'POST',
    path: '/api/v1/feeds/import',
    summary: 'Load the feeds of a bundle, for sites without internet',
    permission: 'feeds:write',
    upload: 'octets',
    response: z.object({
      made_at: instant,
      /** The comment beside the key that has signed it; null where none was asked for. */
      signed_by: z.string().nullable(),
      /** `refused` says why a feed was not taken; null where it was. */
      feeds: z.array(z.object({ feed: z.string(), taken_at: instant, refused: z.string().nullable() })),
    }),
    problems: ['feed-refused', 'body-too-large'],
  },
} as const satisfies Record<string, Endpoint>;
