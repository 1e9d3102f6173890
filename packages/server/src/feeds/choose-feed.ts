import type { FeedRow } from './feed.store.ts';
import { ownSetting, variableOf } from './feed-setting.ts';
import { advisoryFeeds, isAdvisoryFeed } from './registry.ts';

/** How the source of an import begins. */
export const UPLOAD = 'upload by ';

/**
 * Whether a feed is read, and why, in words: what the operator has set comes first, then what the inventory asks for. Feeds
 * that say more of vulnerabilities are always read.
 */
export function chooseFeed({ id, wanted_because }: Pick<FeedRow, 'id' | 'wanted_because'>): {
  is_on: boolean;
  because: string;
} {
  const own = ownSetting(id);
  if (own === 'off') return { is_on: false, because: `${variableOf(id)} is off` };
  if (own !== null) return { is_on: true, because: `${variableOf(id)} ${own === 'on' ? 'is on' : 'names it'}` };
  if (!isAdvisoryFeed(id)) return { is_on: true, because: 'read on every site' };
  if (wanted_because !== null) return { is_on: true, because: wanted_because };
  const nothing = 'no machine runs what it speaks of';
  return {
    is_on: false,
    because: advisoryFeeds[id].platforms === null ? `read where ${variableOf(id)} names it or is on` : nothing,
  };
}

/** Whether what a feed has said is relied on: it is read, always wanted, or somebody has carried it in by hand. */
export function isReliedOn(row: FeedRow): boolean {
  return chooseFeed(row).is_on || !isAdvisoryFeed(row.id) || row.source?.startsWith(UPLOAD) === true;
}
