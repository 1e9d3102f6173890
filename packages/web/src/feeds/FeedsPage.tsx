import { Link } from '@tanstack/react-router';
import { useCan } from '../access/use-session.ts';
import { type Row, usePages } from '../client.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
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
        <div className="small muted">
          Why: <HostText text={feed.because} />
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
            {feed.is_released && <div>Let through once; the next load decides.</div>}
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
    cell: (feed) => (
      <>
        {feed.data_version === null ? <span className="muted">not said</span> : <HostText text={feed.data_version} />}
        {feed.published_at !== null && (
          <div className="small muted">
            published <Instant at={feed.published_at} />
          </div>
        )}
      </>
    ),
  },
  { key: 'attempt', title: 'Last attempt', kind: 'fit', cell: (feed) => <Instant at={feed.last_attempt_at} /> },
  { key: 'actions', title: 'Load', isTitleHidden: true, cell: (feed) => <FeedActions feed={feed} /> },
];

const OF_THE_UNREAD = ['feed', 'records', 'actions'];

function Age({ feed }: { feed: Feed }) {
  return ageInWords(feed, useNow(30_000));
}

/** Is our knowledge fresh? */
export function FeedsPage() {
  const pages = usePages('listFeeds', {}, { every: 10_000 });
  const canWrite = useCan('feeds:write');
  const columns = canWrite ? COLUMNS : COLUMNS.filter((column) => column.key !== 'actions');
  return (
    <Page
      title="Feeds"
      lead="Where knowledge of vulnerabilities comes from. What a machine’s own package manager says needs no feed."
      asOf={pages.dataUpdatedAt}
    >
      <Panel title="Read" isFlush>
        <ListTable
          pages={{ ...pages, rows: pages.rows?.filter(({ state }) => state !== 'off') }}
          doing="read the feeds"
          label="Feeds that are read"
          columns={columns}
          rowKey={(feed) => feed.id}
          empty={<Empty title="No feed is read" />}
        />
      </Panel>
      <Panel
        title="Not read"
        note="A feed is read as soon as a machine runs what it speaks of, or when a setting names it. What is imported by hand counts too."
        isFlush
      >
        <DataTable
          rows={pages.rows?.filter(({ state }) => state === 'off')}
          label="Feeds that are not read"
          columns={columns.filter(({ key }) => OF_THE_UNREAD.includes(key))}
          rowKey={(feed) => feed.id}
          empty={<Empty title="Every feed is read" />}
        />
      </Panel>
      <p>
        What publishers and vendors say does <em>not</em> affect us stands under <Link to="/vex">VEX</Link>.
      </p>
    </Page>
  );
}
