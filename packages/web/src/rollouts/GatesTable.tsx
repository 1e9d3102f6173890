import { type Column, DataTable } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { GATE_VERDICT_LOOKS } from '../ui/states.ts';
import type { Rollout } from './use-rollout.ts';

const COLUMNS: readonly Column<Rollout['gates'][number]>[] = [
  { key: 'gate', title: 'Gate', cell: (gate) => <HostText text={gate.name} /> },
  {
    key: 'verdict',
    title: 'Verdict',
    kind: 'fit',
    cell: (gate) => <StateBadge state={GATE_VERDICT_LOOKS[gate.verdict]} />,
  },
  { key: 'detail', title: 'What was measured', cell: (gate) => <HostText text={gate.detail} /> },
];

/** What must hold for the next ring to begin. No data is not a pass. */
export function GatesTable({ gates }: { gates: Rollout['gates'] }) {
  return (
    <Panel title="Gates" note="Inconclusive and no data both hold the next ring." isFlush>
      <DataTable
        label="Gates"
        columns={COLUMNS}
        rows={gates}
        rowKey={(gate) => gate.name}
        empty={<Empty title="The change names no gate">Each machine is still verified by its next report.</Empty>}
      />
    </Panel>
  );
}
