import { Button } from '@mantine/core';
import { useCan } from '../access/use-session.ts';
import { type Row, usePages, useSend } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';

type Decision = Row<'listPairDecisions'>;

/** What was decided about pairs of records; nothing to show while nothing was. */
export function PairDecisions() {
  const pages = usePages('listPairDecisions', { query: { limit: 25 } });
  const canWrite = useCan('assets:write');
  const undo = useSend('undoPairDecision', ['listDuplicates', 'listPairDecisions', 'listAssets', 'readOverview']);
  if (pages.rows === undefined || pages.rows.length === 0) return null;
  const columns: readonly Column<Decision>[] = [
    {
      key: 'deed',
      title: 'Decision',
      cell: ({ kind, kept, other }) => (
        <>
          <HostText text={other.hostname} /> {kind === 'merged' ? 'merged into' : 'kept apart from'}{' '}
          <HostText text={kept.hostname} />
        </>
      ),
    },
    { key: 'by', title: 'By', kind: 'fit', cell: ({ decided_by }) => decided_by },
    { key: 'when', title: 'When', kind: 'fit', cell: ({ decided_at }) => <Instant at={decided_at} /> },
    {
      key: 'undo',
      title: 'Take back',
      cell: ({ id, kind, undone_by, undone_at, undo_until }) => {
        if (undone_at !== null) return `taken back by ${undone_by}`;
        if (kind === 'merged' && undo_until === null) return 'older than 30 days';
        return (
          canWrite && (
            <Button size="xs" variant="default" onClick={() => undo.mutate({ params: { id } })}>
              Take back
            </Button>
          )
        );
      },
    },
  ];
  return (
    <Panel title="Decided" isFlush>
      {undo.error !== null && <ProblemAlert error={undo.error} doing="take the decision back" />}
      <ListTable
        pages={pages}
        doing="read what was decided"
        label="Decisions"
        columns={columns}
        rowKey={({ id }) => id}
        empty={null}
      />
    </Panel>
  );
}
