import { CHANGE_STATES } from '@fleetmend/domain/changes/change-machine.ts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type Row, usePages } from '../client.ts';
import { Waiting } from '../ui/Blockers.tsx';
import { ChipLinks, chip } from '../ui/ChipLinks.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { CHANGE_STATE_LOOKS } from '../ui/states.ts';
import classes from './changes.module.css';

const route = getRouteApi('/shell/changes');

const COLUMNS: readonly Column<Row<'listChanges'>>[] = [
  {
    key: 'change',
    title: 'Change',
    cell: (change) => (
      <>
        <Link to="/changes/$id" params={{ id: change.id }} className={classes['title']}>
          {change.id} · <HostText text={change.title} />
        </Link>
        <div className="small muted">
          {change.patches.length} {change.patches.length === 1 ? 'patch' : 'patches'} · policy {change.policy}
        </div>
      </>
    ),
  },
  {
    key: 'state',
    title: 'State',
    kind: 'fit',
    cell: (change) => <StateBadge state={CHANGE_STATE_LOOKS[change.state]} />,
  },
  {
    key: 'approvals',
    title: 'Approvals',
    cell: (change) =>
      change.digest === null ? (
        <span className="muted">no plan to sign yet</span>
      ) : (
        `${change.approvals.length} given, ${change.approvals_needed} missing`
      ),
  },
  {
    key: 'waits',
    title: 'Why, on whom, what next',
    cell: (change) => <Waiting blocked_by={change.blocked_by} next_step={change.next_step} />,
  },
  { key: 'author', title: 'Asked by', cell: (change) => <HostText text={change.author.name} /> },
  { key: 'created', title: 'Created', kind: 'fit', cell: (change) => <Instant at={change.created_at} /> },
];

/** What is going to change, and what does it wait for? */
export function ChangesPage() {
  const search = route.useSearch();
  const pages = usePages('listChanges', { query: search }, { every: 10_000 });
  const states = CHANGE_STATES.filter((state) => state === search.state || SHOWN.has(state));
  return (
    <Page
      title="Changes"
      lead="A change is an exact plan for exact machines that people sign. Machines run nothing else."
      asOf={pages.dataUpdatedAt}
    >
      <ChipLinks label="Filter by state">
        <Link to="/changes" search={{}} {...chip}>
          All
        </Link>
        {states.map((state) => (
          <Link key={state} to="/changes" search={{ state }} {...chip}>
            {CHANGE_STATE_LOOKS[state].word}
          </Link>
        ))}
      </ChipLinks>
      <Panel title={search.state ? 'Changes that match' : 'Newest first'} isFlush>
        <ListTable
          pages={pages}
          doing="read the changes"
          label="Changes"
          columns={COLUMNS}
          rowKey={(change) => change.id}
          empty={
            search.state ? (
              <Empty
                title="No change is in this state"
                action={
                  <Link to="/changes" search={{}}>
                    Clear the filter
                  </Link>
                }
              />
            ) : (
              <Empty title="No changes yet" action={<Link to="/patches">Choose patches to ship</Link>}>
                A change is a set of patches, machines and a plan that people approve. Create one from the patches.
              </Empty>
            )
          }
        />
      </Panel>
    </Page>
  );
}

const SHOWN: ReadonlySet<string> = new Set([
  'planning',
  'in_review',
  'approved',
  'running',
  'done',
  'done_with_failures',
  'rolled_back',
]);
