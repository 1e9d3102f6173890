import { getRouteApi, Link } from '@tanstack/react-router';
import { type Row, usePages } from '../client.ts';
import { Digest } from '../ui/CopyText.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { BothInstants } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import classes from './audit.module.css';
import { VerifyPanel } from './VerifyPanel.tsx';

const route = getRouteApi('/shell/audit');

type Entry = Row<'listAudit'>;

const COLUMNS: readonly Column<Entry>[] = [
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

/** Who did what, and can this log be trusted? */
export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const pages = usePages('listAudit', { query: search });
  const isFiltered = search.object !== undefined || search.verb !== undefined;
  return (
    <Page
      title="Audit"
      lead="Every change of anything, in order. Each entry carries the hash of the one before it."
      asOf={pages.dataUpdatedAt}
    >
      <VerifyPanel />
      <div className="row">
        <SearchField
          label="Filter by what was done"
          placeholder="Did, as in change.approve"
          value={search.verb ?? ''}
          onSearch={(text) => void navigate({ search: { ...search, verb: text || undefined }, replace: true })}
        />
        <SearchField
          label="Filter by object"
          placeholder="To, as in change/CH-12"
          value={search.object ?? ''}
          onSearch={(text) => void navigate({ search: { ...search, object: text || undefined }, replace: true })}
        />
      </div>
      <Panel title={isFiltered ? 'Entries that match' : 'Newest first'} isFlush>
        <ListTable
          pages={pages}
          doing="read the audit log"
          label="Audit log"
          columns={COLUMNS}
          rowKey={(entry) => String(entry.sequence)}
          empty={
            isFiltered ? (
              <Empty
                title="No entry matches"
                action={
                  <Link to="/audit" search={{}}>
                    Clear the filter
                  </Link>
                }
              />
            ) : (
              <Empty title="Nothing has been done yet" />
            )
          }
        />
      </Panel>
    </Page>
  );
}
