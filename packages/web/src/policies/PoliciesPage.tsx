import { Link } from '@tanstack/react-router';
import { useCan } from '../access/use-session.ts';
import { type Row, usePages } from '../client.ts';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { ExactInstant, Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Page } from '../ui/Page.tsx';
import { LineList, Panel } from '../ui/Panel.tsx';
import { NEW_POLICY, PRESETS } from './presets.ts';

const COLUMNS: readonly Column<Row<'listPolicies'>>[] = [
  {
    key: 'policy',
    title: 'Policy',
    cell: (policy) => (
      <Link to="/policies/$name" params={{ name: policy.name }}>
        <b>{policy.name}</b>
      </Link>
    ),
  },
  { key: 'sentence', title: 'What it says', cell: (policy) => <HostText text={policy.sentence} /> },
  { key: 'machines', title: 'Machines', kind: 'end', cell: (policy) => policy.asset_count },
  {
    key: 'window',
    title: 'Next window',
    cell: (policy) => {
      const next = policy.next_windows[0];
      if (policy.spec.window === null) return 'always open';
      return next ? <ExactInstant at={next.from} /> : 'none to come';
    },
  },
  {
    key: 'updated',
    title: 'Changed',
    kind: 'fit',
    cell: (policy) => (
      <>
        <Instant at={policy.updated_at} />
        {policy.updated_by && (
          <div className="small muted">
            <HostText text={policy.updated_by} />
          </div>
        )}
      </>
    ),
  },
];

/** What has been agreed to happen, to which machines, when. */
export function PoliciesPage() {
  const pages = usePages('listPolicies', {});
  const canWrite = useCan('policies:write');
  return (
    <Page
      title="Policies"
      lead="What has been agreed: which machines, in which rings, in which window, with how many approvals."
      asOf={pages.dataUpdatedAt}
    >
      {pages.rows?.length !== 0 && (
        <Panel title="Policies" isFlush>
          <ListTable
            pages={pages}
            doing="read the policies"
            label="Policies"
            columns={COLUMNS}
            rowKey={(policy) => policy.name}
            empty={null}
          />
        </Panel>
      )}
      {pages.rows !== undefined && canWrite && (
        <Panel
          title={pages.rows.length === 0 ? 'No policy yet. Begin with one of three' : 'Begin another'}
          note="You read and change it before it is saved."
          isFlush
        >
          <LineList label="Presets">
            {PRESETS.map((preset) => (
              <li key={preset.id}>
                <Link to="/policies/$name" params={{ name: NEW_POLICY }} search={{ preset: preset.id }}>
                  {preset.title}
                </Link>
                <p className="muted">{preset.sentence}</p>
              </li>
            ))}
          </LineList>
        </Panel>
      )}
      <p>
        How many points each factor of a patch’s score gives stands under <Link to="/ranking">Ranking</Link>.
      </p>
    </Page>
  );
}
