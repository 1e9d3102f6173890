import { Button } from '@mantine/core';
import { useCan } from '../access/use-session.ts';
import { type Row, usePages, useSend } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { writeLabels } from './parse-labels.ts';

/** Machines that a list names and no agent has spoken for: known, and blind spots. */
export function DiscoveredPanel() {
  const pages = usePages('listDiscovered', { query: { limit: 100 } });
  const canWrite = useCan('assets:write');
  const forget = useSend('forgetDiscovered', ['listDiscovered']);
  const columns: readonly Column<Row<'listDiscovered'>>[] = [
    { key: 'name', title: 'Machine', cell: ({ hostname }) => <HostText text={hostname} /> },
    {
      key: 'labels',
      title: 'Labels',
      cell: ({ labels }) => <HostText text={writeLabels(labels).replaceAll('\n', ' ')} />,
    },
    { key: 'owner', title: 'Owner', cell: ({ owner }) => owner && <HostText text={owner} /> },
    { key: 'source', title: 'Named by', cell: ({ source }) => <HostText text={source} /> },
    { key: 'since', title: 'Known since', kind: 'fit', cell: ({ first_seen_at }) => <Instant at={first_seen_at} /> },
    {
      key: 'forget',
      title: 'Forget',
      kind: 'fit',
      cell: ({ hostname }) =>
        canWrite && (
          <Button size="xs" variant="default" onClick={() => forget.mutate({ params: { id: hostname } })}>
            Forget<span className="visually-hidden"> {hostname}</span>
          </Button>
        ),
    },
  ];
  return (
    <Panel title="Discovered, not enrolled" isFlush>
      {forget.error !== null && <ProblemAlert error={forget.error} doing="forget the machine" />}
      <ListTable
        pages={pages}
        doing="read the discovered machines"
        label="Discovered machines"
        columns={columns}
        rowKey={({ hostname }) => hostname}
        empty={
          <Empty title="No list names a machine that is not enrolled">
            Import a list of your machines, and those without an agent stand here.
          </Empty>
        }
      />
    </Panel>
  );
}
