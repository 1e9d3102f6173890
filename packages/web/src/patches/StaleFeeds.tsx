import { Link } from '@tanstack/react-router';
import { useCan } from '../access/use-session.ts';
import { useRead } from '../client.ts';
import { Notice } from '../ui/Notice.tsx';

/** Says when ranks were computed with old or missing knowledge. */
export function StaleFeeds() {
  const canRead = useCan('feeds:read');
  const feeds = (useRead('listFeeds', {}, { enabled: canRead }).data?.data ?? []).filter(
    ({ state }) => state !== 'off',
  );
  const stale = feeds.filter((feed) => feed.state !== 'fresh');
  if (stale.length === 0) return null;
  return (
    <Notice look="unknown">
      {stale.length} of {feeds.length} feeds are not fresh ({stale.map((feed) => feed.title).join(', ')}). Ranks that
      would use them are marked ◔. <Link to="/feeds">See the feeds</Link>
    </Notice>
  );
}
