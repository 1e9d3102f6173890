import type { Output } from '@fleetmend/api/client.ts';
import { type Row, usePages } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { MACHINE_COLUMN } from '../ui/machine-column.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { AdvisoryLink } from './AdvisoryLink.tsx';
import { evidenceColumn, installedColumn, stateColumn } from './finding-parts.tsx';

const COLUMNS: readonly Column<Row<'listAdvisoryAssets'>>[] = [
  MACHINE_COLUMN,
  installedColumn,
  stateColumn,
  {
    key: 'vulnerabilities',
    title: 'Vulnerabilities',
    cell: (row) =>
      row.vulnerabilities.map((id) => (
        <div key={id}>
          <AdvisoryLink id={id} />
        </div>
      )),
  },
  evidenceColumn,
  { key: 'since', title: 'Since', kind: 'fit', cell: (row) => <Instant at={row.since} /> },
];

const OF_A_VULNERABILITY = COLUMNS.filter(({ key }) => key !== 'vulnerabilities');

/** Exactly the machines that it touches, with what was compared. */
export function AdvisoryAssets({ advisory: { id, kind, reach } }: { advisory: Output<'readAdvisory'> }) {
  const pages = usePages('listAdvisoryAssets', { params: { id }, query: { limit: 50 } }, { every: 30_000 });
  return (
    <Panel title="Machines" note="Where it is open, and where a VEX document answers it." isFlush>
      <ListTable
        pages={pages}
        doing="read the machines"
        label="Machines"
        columns={kind === 'advisory' ? COLUMNS : OF_A_VULNERABILITY}
        rowKey={(row) => `${row.asset} ${row.ecosystem} ${row.source} ${row.vulnerabilities.join(' ')}`}
        empty={
          <Empty title="It touches no machine">
            No package of the {reach.known} {reach.known === 1 ? 'machine' : 'machines'} that have reported is in its
            range.
          </Empty>
        }
      />
    </Panel>
  );
}
