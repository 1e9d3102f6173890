import { Link } from '@tanstack/react-router';
import { useCan } from '../access/use-session.ts';
import { type Row, usePages } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { FEED_STATE_LOOKS } from '../ui/states.ts';
import { useNow } from '../ui/use-now.ts';
import { FeedActions } from './FeedActions.tsx';
import { ageInWords } from './feed-age.ts';
import classes from './feeds.module.css';

type Feed = Row<'listFeeds'>;

const COLUMNS: readonly Column<Feed>[] = [
  {
    key: 'feed',
    title: 'Feed',
    cell: (feed) => (
      <>
        <b className={classes['title']}>{feed.title}</b>
        <div className="small muted breakable">
          <HostText text={feed.source} />
        </div>
      </>
    ),
  },
  {
    key: 'state',
    title: 'State',
    cell: (feed) => (
      <>
        <StateBadge state={FEED_STATE_LOOKS[feed.state]} />
        {feed.error && (
          <div className="small">
            <HostText text={feed.error} />
            {feed.records > 0 && <div>The last good data keeps serving.</div>}
          </div>
        )}
      </>
    ),
  },
  { key: 'age', title: 'Age and limit', kind: 'fit', cell: (feed) => <Age feed={feed} /> },
  { key: 'records', title: 'Records', kind: 'end', cell: (feed) => new Intl.NumberFormat('en').format(feed.records) },
  {
    key: 'version',
    title: 'Data of',
    kind: 'fit',
    cell: (feed) => (feed.data_version === null ? null : <HostText text={feed.data_version} />),
  },
  { key: 'attempt', title: 'Last attempt', kind: 'fit', cell: (feed) => <Instant at={feed.last_attempt_at} /> },
  { key: 'actions', title: 'Load', isTitleHidden: true, cell: (feed) => <FeedActions feed={feed} /> },
];

function Age({ feed }: { feed: Feed }) {
  return ageInWords(feed, useNow(30_000));
}

/** Is our knowledge fresh? */
export function FeedsPage() {
  const pages = usePages('listFeeds', {}, { every: 10_000 });
  const canWrite = useCan('feeds:write');
  return (
    <Page
      title="Feeds"
      lead="Where knowledge of vulnerabilities comes from. What a machine’s own package manager says needs no feed."
      asOf={pages.dataUpdatedAt}
    >
      <Panel title="Feeds" isFlush>
        <ListTable
          pages={pages}
          doing="read the feeds"
          label="Feeds"
          columns={canWrite ? COLUMNS : COLUMNS.filter((column) => column.key !== 'actions')}
          rowKey={(feed) => feed.id}
          empty={<Empty title="No feed is set up" />}
        />
      </Panel>
      <p>
        What publishers and vendors say does <em>not</em> affect us stands under <Link to="/vex">VEX</Link>.
      </p>
    </Page>
  );
}
