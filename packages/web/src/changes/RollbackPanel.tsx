import { DataTable } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Panel } from '../ui/Panel.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import { countPlan, type Document, plural } from './change-summary.ts';
import classes from './changes.module.css';
import { OPERATION_COLUMNS } from './PlanPanel.tsx';

/** The way back, machine by machine: fetched before the way forward is taken. */
export function RollbackPanel({ document }: { document: Document }) {
  const { without_rollback } = countPlan(document);
  return (
    <Panel title="Way back" note="The old packages are fetched before the new ones are installed." isFlush>
      {without_rollback > 0 && (
        <Notice look="failed" isAlert>
          <span className="danger">{plural(without_rollback, 'machine')} cannot be taken back.</span>{' '}
          {document.accepts_no_rollback
            ? 'The author has accepted this in the document; so does whoever signs it.'
            : 'Nobody has accepted this.'}
        </Notice>
      )}
      {document.targets.map((target) => (
        <details key={target.asset} className={classes['target']}>
          <summary>
            <b>
              <HostText text={target.hostname} />
            </b>
            {target.rollback.class === 'downgrade' ? (
              <span>downgrade of {plural(target.rollback.operations.length, 'package')}</span>
            ) : (
              <span className="danger">
                none: <HostText text={target.rollback.reason ?? 'no reason given'} />
              </span>
            )}
          </summary>
          <DataTable
            label={`Way back for ${revealText(target.hostname)}`}
            columns={OPERATION_COLUMNS}
            rows={target.rollback.operations}
            rowKey={(operation) => `${operation.package}:${operation.architecture}`}
            empty={<p className={classes['sentence']}>No package is put back.</p>}
          />
        </details>
      ))}
    </Panel>
  );
}
