import { getRouteApi, Link } from '@tanstack/react-router';
import { usePages } from '../client.ts';
import { ListTable } from '../ui/ListTable.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { AUDIT_COLUMNS } from './audit-columns.tsx';
import { VerifyPanel } from './VerifyPanel.tsx';

const route = getRouteApi('/shell/audit');

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
          columns={AUDIT_COLUMNS}
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
