import { Button } from '@mantine/core';
import { type ChangeEvent, useRef } from 'react';
import { type Row, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import classes from './feeds.module.css';

const TOUCHED = ['listFeeds', 'listPatches', 'readOverview'] as const;

/** Fetch a feed now, or load it from a file on a site without internet. */
export function FeedActions({ feed }: { feed: Row<'listFeeds'> }) {
  const input = useRef<HTMLInputElement>(null);
  const sync = useSend('syncFeed', TOUCHED);
  const load = useSend('importFeed', TOUCHED);
  const release = useSend('releaseFeed', TOUCHED);
  const isHeld = feed.quarantined_records !== null && !feed.is_released;
  const params = { id: feed.id };
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.currentTarget.files?.[0];
    event.currentTarget.value = '';
    if (!file) return;
    load.mutate(
      { params, octets: file },
      {
        onSuccess: (loaded) =>
          announce(`${loaded.title}: ${new Intl.NumberFormat('en').format(loaded.records)} records`),
      },
    );
  };
  const fetchNow = () => sync.mutate({ params }, { onSuccess: () => announce(`Fetching ${feed.title}`) });
  return (
    <div className={`stack tight ${classes['actions']}`}>
      <div className="row nowrap">
        <Button
          size="compact-sm"
          variant="default"
          loading={sync.isPending}
          onClick={fetchNow}
          aria-label={`Fetch now: ${feed.title}`}
        >
          Fetch now
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          loading={load.isPending}
          onClick={() => input.current?.click()}
          aria-label={`Import a file: ${feed.title}`}
        >
          Import a file
        </Button>
        {isHeld && (
          <Button
            size="compact-sm"
            loading={release.isPending}
            onClick={() => release.mutate({ params }, { onSuccess: () => announce(`Let ${feed.title} through once`) })}
            aria-label={`Let through once: ${feed.title}, with ${feed.quarantined_records} records instead of ${feed.records}`}
          >
            Let through
          </Button>
        )}
      </div>
      <input ref={input} type="file" hidden aria-label={`File for ${feed.title}`} onChange={take} />
      {sync.error !== null && <ProblemAlert error={sync.error} doing="fetch the feed" />}
      {release.error !== null && <ProblemAlert error={release.error} doing="let the feed through" />}
      {load.error !== null && <ProblemAlert error={load.error} doing="import the file" />}
    </div>
  );
}
