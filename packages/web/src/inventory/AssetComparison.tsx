import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useRead } from '../client.ts';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { VersionChange } from '../ui/VersionChange.tsx';

const WEEK = 7 * 24 * 3_600_000;

interface Changed {
  ecosystem: string;
  name: string;
  architecture: string;
  before: string[];
  after: string[];
}

const COLUMNS: readonly Column<Changed>[] = [
  { key: 'name', title: 'Package', cell: ({ name }) => <HostText text={name} /> },
  { key: 'architecture', title: 'Architecture', kind: 'fit', cell: ({ architecture }) => architecture },
  { key: 'change', title: 'Change', cell: (changed) => <Change {...changed} /> },
];

function Change({ before, after }: Changed) {
  if (after.length === 0)
    return (
      <>
        removed <HostText text={before.join(', ')} />
      </>
    );
  return <VersionChange from={before.length === 0 ? null : before.join(', ')} to={after.join(', ')} />;
}

/** What was installed, removed and changed between two days. */
export function AssetComparison({ id }: { id: string }) {
  const [from, setFrom] = useState(() => dayOf(Date.now() - WEEK));
  const [until, setUntil] = useState('');
  const isReady = from !== '' && (until === '' || from <= until);
  const query = useRead(
    'compareSoftware',
    { params: { id }, query: { from: `${from}T00:00:00Z`, ...(until === '' ? {} : { until: `${until}T23:59:59Z` }) } },
    { enabled: isReady },
  );
  const told = query.data;
  return (
    <Panel
      title="What changed"
      note="By whole days, in UTC"
      isFlush
      actions={
        <>
          <TextInput
            type="date"
            size="xs"
            aria-label="From"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <span className="small muted">to</span>
          <TextInput
            type="date"
            size="xs"
            aria-label="Until; empty is now"
            value={until}
            error={!isReady}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
        </>
      }
    >
      {query.error !== null && (
        <ProblemAlert error={query.error} doing="compare the packages" onRetry={() => void query.refetch()} />
      )}
      {told?.until === null ? (
        <Empty title="No inventory has been reported by then" />
      ) : told?.from === null ? (
        <Empty title="Nothing is known of the first day">
          The first inventory is of <Instant at={told.until} />, with {told.data.length} packages.
        </Empty>
      ) : (
        <DataTable
          label="Changed packages"
          columns={COLUMNS}
          rows={told?.data}
          rowKey={({ ecosystem, name, architecture }) => [ecosystem, name, architecture].join(' ')}
          empty={<Empty title="No package changed" />}
        />
      )}
    </Panel>
  );
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
