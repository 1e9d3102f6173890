import { Switch } from '@mantine/core';
import { useCan } from '../access/use-session.ts';
import { usePages, useRead, useSend } from '../client.ts';
import { Waiting } from '../ui/Blockers.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { AdmissionButtons } from './AdmissionButtons.tsx';
import { ASSET_COLUMNS, type Asset } from './asset-columns.tsx';

const [MACHINE] = ASSET_COLUMNS;

/** Machines that have enrolled and wait until a person lets them in, and the rule that makes them wait. */
export function WaitingPanel() {
  const pages = usePages('listAssets', { query: { liveness: 'waiting' } }, { every: 5000 });
  const canWrite = useCan('assets:write');
  const columns: readonly Column<Asset>[] = [
    ...(MACHINE ? [MACHINE] : []),
    { key: 'since', title: 'Enrolled', kind: 'fit', cell: ({ enrolled_at }) => <Instant at={enrolled_at} /> },
    {
      key: 'why',
      title: 'Why it waits',
      cell: (asset) => <Waiting blocked_by={asset.blocked_by} next_step={asset.next_step} />,
    },
    {
      key: 'decide',
      title: 'Decide',
      kind: 'fit',
      cell: (asset) => canWrite && <AdmissionButtons asset={asset} />,
    },
  ];
  return (
    <Panel title="Waiting to be let in" isFlush actions={<Rule />}>
      <ListTable
        pages={pages}
        doing="read the machines that wait"
        label="Machines that wait"
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <Empty title="No machine waits">A copy of a machine that reports waits here whatever the rule is.</Empty>
        }
      />
    </Panel>
  );
}

function Rule() {
  const rule = useRead('readEnrolmentRule', {});
  const put = useSend('putEnrolmentRule', ['readEnrolmentRule']);
  const canSet = useCan('access:write');
  return (
    <>
      <Switch
        label="Machines that enrol wait for a person"
        checked={rule.data?.needs_approval ?? false}
        disabled={!canSet || rule.data === undefined || put.isPending}
        onChange={(event) => put.mutate({ body: { needs_approval: event.currentTarget.checked } })}
      />
      {put.error !== null && <ProblemAlert error={put.error} doing="set the rule" />}
    </>
  );
}
