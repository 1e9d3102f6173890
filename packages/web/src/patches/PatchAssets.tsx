import { type Row, usePages } from '../client.ts';
import { Waiting } from '../ui/Blockers.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { MACHINE_COLUMN } from '../ui/machine-column.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { Sentence } from '../ui/Sentence.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { PATCH_STATE_LOOKS } from '../ui/states.ts';
import { VersionChange } from '../ui/VersionChange.tsx';
import { DueDate } from './DueDate.tsx';

const COLUMNS: readonly Column<Row<'listPatchAssets'>>[] = [
  MACHINE_COLUMN,
  { key: 'state', title: 'State', kind: 'fit', cell: (row) => <StateBadge state={PATCH_STATE_LOOKS[row.state]} /> },
  {
    key: 'packages',
    title: 'Packages',
    cell: (row) =>
      row.packages.map((each) => (
        <div key={each.name}>
          <span className="mono">{each.name}</span> <VersionChange from={each.from} to={each.to} />
        </div>
      )),
  },
  {
    key: 'due',
    title: 'Due',
    cell: (row) =>
      row.due === null ? (
        <span className="muted">no finding is known there</span>
      ) : (
        <>
          <DueDate at={row.due.due_at} />
          <div className="small muted">
            <Sentence text={row.due.text} />
          </div>
        </>
      ),
  },
  {
    key: 'waits',
    title: 'Why, on whom, what next',
    cell: (row) => <Waiting blocked_by={row.blocked_by} next_step={row.next_step} />,
  },
  { key: 'seen', title: 'Last report', kind: 'fit', cell: (row) => <Instant at={row.last_check_in_at} /> },
];

/** Each machine and its relation to the patch. */
export function PatchAssets({ id }: { id: string }) {
  const pages = usePages('listPatchAssets', { params: { id } }, { every: 15_000 });
  return (
    <Panel title="Machines" isFlush>
      <ListTable
        pages={pages}
        doing="read the machines"
        label="Machines of this patch"
        columns={COLUMNS}
        rowKey={(row) => row.asset}
        empty={<Empty title="No machine is touched" />}
      />
    </Panel>
  );
}
