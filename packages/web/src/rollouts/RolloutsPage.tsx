import { ROLLOUT_STATES } from '@fleetmend/domain/rollouts/rollout-model.ts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { usePages } from '../client.ts';
import { ChipLinks, chip } from '../ui/ChipLinks.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { ROLLOUT_STATE_LOOKS } from '../ui/states.ts';
import { ROLLOUT_COLUMNS } from './rollout-columns.tsx';

const route = getRouteApi('/shell/rollouts');

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
          columns={ROLLOUT_COLUMNS}
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
