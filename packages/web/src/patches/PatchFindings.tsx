import { usePages } from '../client.ts';
import { FINDING_COLUMNS } from '../findings/finding-columns.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';

/** What the patch clears, and how each is known. */
export function PatchFindings({ id }: { id: string }) {
  const pages = usePages('listFindings', { query: { patch: id, limit: 25 } });
  return (
    <Panel title="Findings it clears" isFlush>
      <ListTable
        pages={pages}
        doing="read the findings"
        label="Findings"
        columns={FINDING_COLUMNS}
        rowKey={(finding) => finding.id}
        empty={
          <Empty title="No open finding">
            This update clears no named vulnerability on a machine that has reported.
          </Empty>
        }
      />
    </Panel>
  );
}
