import type { AdvisorySource } from './feed-source.ts';
import { almalinux } from './sources/almalinux.ts';
import { alpine } from './sources/alpine.ts';
import { apple } from './sources/apple.ts';
import { cve } from './sources/cve.ts';
import { debian } from './sources/debian.ts';
import { debian_dsa } from './sources/debian-dsa.ts';
import { endoflife } from './sources/endoflife.ts';
import { epss } from './sources/epss.ts';
import { ghsa } from './sources/ghsa.ts';
import { go } from './sources/go.ts';
import { kev } from './sources/kev.ts';
import { msrc } from './sources/msrc.ts';
import { nvd } from './sources/nvd.ts';
import { osv } from './sources/osv.ts';
import { pypi } from './sources/pypi.ts';
import { redhat } from './sources/redhat.ts';
import { rocky } from './sources/rocky.ts';
import { rustsec } from './sources/rustsec.ts';
import { suse } from './sources/suse.ts';
import { ubuntu } from './sources/ubuntu.ts';

/** Feeds that say more of vulnerabilities that others have named, each with a table of its own. */
const factFeeds = { kev, epss, cve, endoflife } as const;

/** Feeds of advisories, all of one form once they are read, and of one table. */
export const advisoryFeeds = {
  almalinux,
  alpine,
  apple,
  debian,
  'debian-dsa': debian_dsa,
  ghsa,
  go,
  msrc,
  nvd,
  osv,
  pypi,
  redhat,
  rocky,
  rustsec,
  suse,
  ubuntu,
} as const satisfies Record<string, AdvisorySource>;

/** Every feed there is. A new one is a file in `sources/` and a line in one of the lists above. */
export const feeds = { ...factFeeds, ...advisoryFeeds } as const;

export type FeedId = keyof typeof feeds;
export type AdvisoryFeedId = keyof typeof advisoryFeeds;

/** Whether what a feed holds are advisories. */
export function isAdvisoryFeed(id: FeedId): id is AdvisoryFeedId {
  return Object.hasOwn(advisoryFeeds, id);
}

/** Whether a text names a feed; `__proto__` and its kin do not. */
export function isFeedId(id: string): id is FeedId {
  return Object.hasOwn(feeds, id);
}
