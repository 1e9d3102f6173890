import { type Row, usePages } from '../client.ts';
import { Waiting } from '../ui/Blockers.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { DecisionBadge } from '../ui/DecisionBadge.tsx';
import { HostText } from '../ui/HostText.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { PATCH_STATE_LOOKS } from '../ui/states.ts';
import { PatchName } from './patch-columns.tsx';

const COLUMNS: readonly Column<Row<'listPatches'>>[] = [
  { key: 'rank', title: 'Rank', kind: 'end', cell: (patch) => <b>{patch.rank}</b> },
  { key: 'decision', title: 'Decision', kind: 'fit', cell: (patch) => <DecisionBadge decision={patch.decision} /> },
  { key: 'patch', title: 'Patch', cell: (patch) => <PatchName patch={patch} /> },
  {
    key: 'state',
    title: 'State here',
    cell: (patch) => (
      <>
        {patch.asset_state && <StateBadge state={PATCH_STATE_LOOKS[patch.asset_state]} />}
        <Waiting blocked_by={patch.blocked_by} next_step={patch.next_step} />
      </>
    ),
  },
  {
    key: 'why',
    title: 'Why',
    cell: (patch) =>
      patch.why.map((reason) => (
        <div key={reason}>
          <HostText text={reason} />
        </div>
      )),
  },
];

/** What this machine lacks, in the order to ship it. */
export function AssetPatches({ id }: { id: string }) {
  const pages = usePages('listPatches', { query: { asset: id, limit: 25 } }, { every: 15_000 });
  return (
    <Panel title="Patches here" note="In the order to ship them." isFlush>
      <ListTable
        pages={pages}
        doing="read the patches of this machine"
        label="Patches of this machine"
        columns={COLUMNS}
        rowKey={(patch) => patch.id}
        empty={
          <Empty title="No patch is known to be missing">
            Its package manager offered nothing newer at the last report.
          </Empty>
        }
      />
    </Panel>
  );
}
