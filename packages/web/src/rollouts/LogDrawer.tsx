import { Button, Drawer, Switch, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { usePages } from '../client.ts';
import { HostText } from '../ui/HostText.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import classes from './rollouts.module.css';
import type { Rollout } from './use-rollout.ts';

const TIME = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});
// More lines than this are not put into the page: a reader cannot use them and a browser cannot hold them.
const SHOWN = 2000;

/** What the package manager said on one machine, line by line, as it is said. */
export function LogDrawer({ rollout, asset, onClose }: { rollout: Rollout; asset: string; onClose: () => void }) {
  const [isFollowing, setFollowing] = useState(true);
  const [search, setSearch] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const pages = usePages(
    'readDeploymentLog',
    { params: { id: rollout.id, asset }, query: { limit: 1000 } },
    { every: isFollowing && rollout.finished_at === null ? 2000 : false },
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (isFollowing && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isFollowing, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const wanted = search.trim().toLowerCase();
  const lines = (pages.rows ?? []).filter((line) => wanted === '' || line.text.toLowerCase().includes(wanted));
  const shown = lines.slice(-SHOWN);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is what moves the view
  useEffect(() => {
    if (isFollowing && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [isFollowing, shown.length]);
  const hostname = revealText(rollout.deployments.find((deployment) => deployment.asset === asset)?.hostname ?? asset);
  return (
    <Drawer opened onClose={onClose} position="right" size={720} title={`Log of ${hostname}`}>
      <div className="stack">
        <div className="row end">
          <TextInput
            className="grow"
            label="Find in the log"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <Switch
            label="Follow"
            mb={8}
            checked={isFollowing}
            onChange={(event) => setFollowing(event.currentTarget.checked)}
          />
        </div>
        {pages.error && <ProblemAlert error={pages.error} doing="read the log" onRetry={() => void pages.refetch()} />}
        <div
          ref={box}
          role="log"
          aria-label={`Log of ${hostname}`}
          aria-live="off"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          className={classes['log']}
        >
          {pages.rows?.length === 0 && <span className="muted">Nothing has been said yet.</span>}
          {lines.length > shown.length && (
            <p className="muted">
              The last {shown.length} of {lines.length} lines.
            </p>
          )}
          {shown.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: log lines only ever grow at the end
            <div key={at} className={classes['line']}>
              <time dateTime={line.at}>{TIME.format(new Date(line.at))}</time>
              <i>{line.step}</i>
              <HostText text={line.text} />
            </div>
          ))}
        </div>
        <div className="row spread small muted">
          <span>
            {lines.length} lines{wanted && ` with “${search}”`} · times in UTC
          </span>
          {hasNextPage && (
            <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Load more lines
            </Button>
          )}
        </div>
      </div>
    </Drawer>
  );
}
