import { PATCH_STATES } from '@fleetmend/domain/inventory/asset.ts';
import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { usePages } from '../client.ts';
import { ChipLinks, chip } from '../ui/ChipLinks.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { problemCode } from '../ui/problem.ts';
import { SearchField } from '../ui/SearchField.tsx';
import { PATCH_STATE_LOOKS } from '../ui/states.ts';
import { ASSET_COLUMNS } from './asset-columns.tsx';
import { EnrolDialog } from './EnrolDialog.tsx';

const route = getRouteApi('/shell/assets');

/** What do we have, in which state, and which are blind spots? */
export function AssetsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const canEnrol = useCan('assets:write');
  const pages = usePages('listAssets', { query: search }, { every: 15_000 });
  const [isEnrolling, setEnrolling] = useState(false);
  const isFiltered = search.state !== undefined || search.filter !== undefined;
  const isFilterWrong = problemCode(pages.error) === 'invalid';
  return (
    <Page
      title="Assets"
      lead="Every enrolled machine, in its worst state. A machine that has never reported is unknown."
      asOf={pages.dataUpdatedAt}
      actions={canEnrol && <Button onClick={() => setEnrolling(true)}>Enrol a machine</Button>}
    >
      <div className="row">
        <ChipLinks label="Filter by state">
          <Link to="/assets" search={{ ...search, state: undefined }} {...chip}>
            All
          </Link>
          {PATCH_STATES.map((state) => (
            <Link key={state} to="/assets" search={{ ...search, state }} {...chip}>
              {PATCH_STATE_LOOKS[state].word}
            </Link>
          ))}
        </ChipLinks>
        <SearchField
          label="Filter machines by selector"
          placeholder="env = prod and role in (web, db)"
          value={search.filter ?? ''}
          error={isFilterWrong ? String((pages.error as Error).message) : undefined}
          onSearch={(text) => void navigate({ search: { ...search, filter: text || undefined }, replace: true })}
        />
      </div>
      <Panel title={isFiltered ? 'Machines that match' : 'Machines'} isFlush>
        <ListTable
          pages={pages}
          doing="read the machines"
          label="Machines"
          columns={ASSET_COLUMNS}
          rowKey={(asset) => asset.id}
          empty={isFiltered ? <NoMatch /> : <NoneYet />}
        />
      </Panel>
      {isEnrolling && <EnrolDialog onClose={() => setEnrolling(false)} />}
    </Page>
  );
}

function NoMatch() {
  return (
    <Empty
      title="No machine matches"
      action={
        <Link to="/assets" search={{}}>
          Clear the filter
        </Link>
      }
    />
  );
}

function NoneYet() {
  return (
    <Empty title="No machine is enrolled">Enrol one: it takes one command on that machine, and no name to type.</Empty>
  );
}
