import { useState } from 'react';
import { type Row, usePages } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { VersionChange } from '../ui/VersionChange.tsx';

const COLUMNS: readonly Column<Row<'listAssetSoftware'>>[] = [
  { key: 'name', title: 'Package', cell: (software) => <span className="mono">{software.name}</span> },
  {
    key: 'version',
    title: 'Version',
    cell: (software) =>
      software.candidate_version ? (
        <VersionChange from={software.version} to={software.candidate_version} />
      ) : (
        <span className="mono">{software.version}</span>
      ),
  },
  { key: 'architecture', title: 'Architecture', kind: 'fit', cell: (software) => software.architecture },
  {
    key: 'source',
    title: 'Source package',
    cell: (software) => (software.source === software.name ? null : <span className="mono">{software.source}</span>),
  },
];

/** What is installed, with what could replace it. */
export function AssetSoftware({ id }: { id: string }) {
  const [search, setSearch] = useState('');
  const pages = usePages('listAssetSoftware', { params: { id }, query: { limit: 25, search: search || undefined } });
  return (
    <Panel
      title="Software"
      isFlush
      actions={<SearchField label="Search software" placeholder="Package name" value={search} onSearch={setSearch} />}
    >
      <ListTable
        pages={pages}
        doing="read the software"
        label="Software"
        columns={COLUMNS}
        rowKey={(software) => `${software.name} ${software.architecture} ${software.version}`}
        empty={search ? <Empty title="No package matches" /> : <Empty title="No inventory has been reported" />}
      />
    </Panel>
  );
}
