import { ROLLOUT_STATES } from '@fleetmend/domain/rollouts/rollout-model.ts';
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
import { Sentence } from '../ui/Sentence.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { StateBar } from '../ui/StateBar.tsx';
import { ROLLOUT_STATE_LOOKS } from '../ui/states.ts';
import { ringShares } from './ring-shares.ts';
import classes from './rollouts.module.css';

const route = getRouteApi('/shell/rollouts');

type Rollout = Row<'listRollouts'>;

const COLUMNS: readonly Column<Rollout>[] = [
  {
    key: 'rollout',
    title: 'Rollout',
    cell: (rollout) => (
      <>
        <Link to="/rollouts/$id" params={{ id: rollout.id }} className={classes['title']}>
          {rollout.id} · <HostText text={rollout.title} />
        </Link>
        <div className="small muted">
          <Link to="/changes/$id" params={{ id: rollout.change }}>
            {rollout.change}
          </Link>
        </div>
      </>
    ),
  },
  {
    key: 'state',
    title: 'State',
    kind: 'fit',
    cell: (rollout) => <StateBadge state={ROLLOUT_STATE_LOOKS[rollout.state]} />,
  },
  {
    key: 'progress',
    title: 'Machines',
    cell: (rollout) => {
      const { shares, total } = ringShares(rollout.rings);
      return (
        <div className={classes['progress']}>
          <StateBar shares={shares} total={total} isTerse />
        </div>
      );
    },
  },
  {
    key: 'sentence',
    title: 'How it goes',
    cell: (rollout) => (
      <>
        <Sentence text={rollout.sentence} />
        <Waiting blocked_by={rollout.blocked_by} next_step={rollout.next_step} />
      </>
    ),
  },
  { key: 'started', title: 'Started', kind: 'fit', cell: (rollout) => <Instant at={rollout.started_at} /> },
  {
    key: 'ended',
    title: 'Ended',
    kind: 'fit',
    cell: (rollout) => <Instant at={rollout.finished_at} never="not yet" />,
  },
];

/** Is it going well, should I stop it? */
export function RolloutsPage() {
  const search = route.useSearch();
  const pages = usePages('listRollouts', { query: search }, { every: 10_000 });
  return (
    <Page
      title="Rollouts"
      lead="Approved changes on their way, ring by ring. One person can stop; starting takes a quorum."
      asOf={pages.dataUpdatedAt}
    >
      <ChipLinks label="Filter by state">
        <Link to="/rollouts" search={{}} {...chip}>
          All
        </Link>
        {ROLLOUT_STATES.map((state) => (
          <Link key={state} to="/rollouts" search={{ state }} {...chip}>
            {ROLLOUT_STATE_LOOKS[state].word}
          </Link>
        ))}
      </ChipLinks>
      <Panel title={search.state ? 'Rollouts that match' : 'Newest first'} isFlush>
        <ListTable
          pages={pages}
          doing="read the rollouts"
          label="Rollouts"
          columns={COLUMNS}
          rowKey={(rollout) => rollout.id}
          empty={
            search.state ? (
              <Empty
                title="No rollout is in this state"
                action={
                  <Link to="/rollouts" search={{}}>
                    Clear the filter
                  </Link>
                }
              />
            ) : (
              <Empty title="No rollouts yet" action={<Link to="/changes">Go to the changes</Link>}>
                A rollout ships an approved change. Start one from its change.
              </Empty>
            )
          }
        />
      </Panel>
    </Page>
  );
}
