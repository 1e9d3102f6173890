import { cve } from './sources/cve.ts';
import { epss } from './sources/epss.ts';
import { kev } from './sources/kev.ts';
import { osv } from './sources/osv.ts';

/** Every feed there is. A new one is a file in `sources/` and a line here. */
export const feeds = { kev, epss, cve, osv } as const;

export type FeedId = keyof typeof feeds;

/** Whether a text names a feed; `__proto__` and its kin do not. */
export function isFeedId(id: string): id is FeedId {
  return Object.hasOwn(feeds, id);
}
