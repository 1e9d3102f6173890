import { type Column, DataTable } from '../ui/DataTable.tsx';
import { Panel } from '../ui/Panel.tsx';
import { VersionChange } from '../ui/VersionChange.tsx';
import type { Patch } from './patch-columns.tsx';

const COLUMNS: readonly Column<Patch['packages'][number]>[] = [
  { key: 'name', title: 'Package', cell: (each) => <span className="mono">{each.name}</span> },
  { key: 'architecture', title: 'Architecture', cell: (each) => each.architecture },
  {
    key: 'versions',
    title: 'Moves',
    cell: (each) =>
      each.from_versions.map((from) => (
        <div key={from}>
          <VersionChange from={from} to={each.to_version} />
        </div>
      )),
  },
];

/** The binary packages the update moves. */
export function PatchPackages({ patch }: { patch: Patch }) {
  return (
    <Panel title={`Packages (${patch.packages.length})`} isFlush>
      <DataTable
        label="Packages"
        columns={COLUMNS}
        rows={patch.packages}
        rowKey={(each) => `${each.name} ${each.architecture}`}
        empty={null}
      />
    </Panel>
  );
}
