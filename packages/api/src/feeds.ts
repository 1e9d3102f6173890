import { z } from 'zod';
import { type Endpoint, idParam, instant, page, pageQuery } from './endpoint.ts';

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
} as const satisfies Record<string, Endpoint>;
