import { Link } from '@tanstack/react-router';
import type { Row } from '../client.ts';
import { Digest } from '../ui/CopyText.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { BothInstants } from '../ui/Instant.tsx';
import classes from './audit.module.css';

type Entry = Row<'listAudit'>;

/** One entry of the log: when, who, what, to what, and its hash. */
export const AUDIT_COLUMNS: readonly Column<Entry>[] = [
  { key: 'sequence', title: 'No.', kind: 'end', cell: (entry) => entry.sequence },
  {
    key: 'at',
    title: 'When',
    kind: 'fit',
    cell: (entry) => <BothInstants at={entry.at} />,
  },
  { key: 'actor', title: 'Who', cell: (entry) => <HostText text={entry.actor} /> },
  {
    key: 'verb',
    title: 'Did',
    cell: (entry) => (
      <Link to="/audit" search={(before) => ({ ...before, verb: entry.verb })} className="mono">
        {entry.verb}
      </Link>
    ),
  },
  {
    key: 'object',
    title: 'To',
    cell: (entry) => (
      <Link to="/audit" search={(before) => ({ ...before, object: entry.object })}>
        <HostText text={entry.object} />
      </Link>
    ),
  },
  {
    key: 'detail',
    title: 'Detail',
    cell: (entry) =>
      Object.keys(entry.detail).length > 0 && (
        <details>
          <summary>
            {Object.keys(entry.detail).length} {Object.keys(entry.detail).length === 1 ? 'field' : 'fields'}
          </summary>
          <dl className={classes['detail']}>
            {Object.entries(entry.detail).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <HostText text={typeof value === 'string' ? value : JSON.stringify(value)} mono />
                </dd>
              </div>
            ))}
          </dl>
        </details>
      ),
  },
  { key: 'hash', title: 'Hash', kind: 'fit', cell: (entry) => <Digest value={entry.hash} /> },
];
