import { Digest } from '../ui/CopyText.tsx';
import { type Column, DataTable } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Panel } from '../ui/Panel.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import { VersionChange } from '../ui/VersionChange.tsx';
import { type Document, formatBytes, type Operation, plural } from './change-summary.ts';
import classes from './changes.module.css';

export const OPERATION_COLUMNS: readonly Column<Operation>[] = [
  {
    key: 'package',
    title: 'Package',
    cell: (operation) => (
      <span className="mono">
        {operation.package}
        <span className="muted">:{operation.architecture}</span>
        <div className="muted">
          <HostText text={operation.origin} />
        </div>
      </span>
    ),
  },
  { key: 'versions', title: 'Version', cell: (operation) => <VersionChange from={operation.from} to={operation.to} /> },
  { key: 'size', title: 'Size', kind: 'end', cell: (operation) => formatBytes(operation.size) },
  { key: 'sha256', title: 'SHA-256', kind: 'fit', cell: (operation) => <Digest value={operation.sha256} /> },
];

// More open machines than these would bury the rest of the page.
const OPEN_AT_FIRST = 3;

/** The exact plan, machine by machine, from the document that is signed. */
export function PlanPanel({ document }: { document: Document }) {
  const rings = new Map(document.rings.flatMap((ring) => ring.assets.map((asset) => [asset, ring.name] as const)));
  return (
    <Panel
      title="Plan"
      note="What each machine will install, and nothing else. “new” is a dependency that comes in."
      isFlush
    >
      {document.targets.map((target, at) => (
        <details key={target.asset} className={classes['target']} open={at < OPEN_AT_FIRST}>
          <summary>
            <b>
              <HostText text={target.hostname} />
            </b>
            <span className="muted">
              {plural(target.operations.length, 'package')} · ring {rings.get(target.asset) ?? 'unknown'}
            </span>
            {target.rollback.class === 'none' && <span className="danger">no way back</span>}
          </summary>
          <DataTable
            label={`Plan for ${revealText(target.hostname)}`}
            columns={OPERATION_COLUMNS}
            rows={target.operations}
            rowKey={(operation) => `${operation.package}:${operation.architecture}`}
            empty={null}
          />
        </details>
      ))}
    </Panel>
  );
}
