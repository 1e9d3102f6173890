import { usePages } from '../client.ts';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { FINDING_COLUMNS } from './finding-columns.tsx';

const COLUMNS = FINDING_COLUMNS.filter(({ key }) => key !== 'machine');

/** What touches this machine, also what no update fixes. */
export function AssetFindings({ id }: { id: string }) {
  const pages = usePages('listFindings', { query: { asset: id, limit: 10 } }, { every: 30_000 });
  return (
    <Panel title="Findings here" note="Vulnerabilities of what is installed, also those that no update fixes." isFlush>
      <ListTable
        pages={pages}
        doing="read the findings of this machine"
        label="Findings of this machine"
        columns={COLUMNS}
        rowKey={(finding) => finding.id}
        empty={<Empty title="No open finding">No feed that is loaded says that anything here is vulnerable.</Empty>}
      />
    </Panel>
  );
}
