import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { usePages } from '../client.ts';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Empty, LineList, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import classes from './inventory.module.css';

/** What happened on the machine, newest first. */
export function AssetTimeline({ id }: { id: string }) {
  const pages = usePages('listAssetTimeline', { params: { id }, query: { limit: 50 } }, { every: 15_000 });
  return (
    <Panel title="Timeline" isFlush>
      {pages.error && (
        <ProblemAlert error={pages.error} doing="read the timeline" onRetry={() => void pages.refetch()} />
      )}
      {pages.rows?.length === 0 && <Empty title="Nothing has happened yet" />}
      <LineList label="Timeline">
        {pages.rows?.map((entry) => (
          <li key={`${entry.at} ${entry.kind} ${entry.text}`} className={classes['entry']}>
            <span className="muted">
              <Instant at={entry.at} />
            </span>
            <span>
              <HostText text={entry.text} />
              {entry.change && (
                <>
                  {' '}
                  <Link to="/changes/$id" params={{ id: entry.change }}>
                    {entry.change}
                  </Link>
                </>
              )}
            </span>
          </li>
        ))}
        {pages.hasNextPage && (
          <li>
            <Button
              size="xs"
              variant="default"
              loading={pages.isFetchingNextPage}
              onClick={() => void pages.fetchNextPage()}
            >
              Load earlier entries
            </Button>
          </li>
        )}
      </LineList>
    </Panel>
  );
}
