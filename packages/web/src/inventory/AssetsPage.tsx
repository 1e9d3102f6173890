import { PATCH_STATES } from '@fleetmend/domain/inventory/asset.ts';
import { LIVENESS } from '@fleetmend/domain/inventory/liveness.ts';
import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { usePages, useRead } from '../client.ts';
import { ChipLinks, chip } from '../ui/ChipLinks.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { problemCode } from '../ui/problem.ts';
import { SearchField } from '../ui/SearchField.tsx';
import { PATCH_STATE_LOOKS } from '../ui/states.ts';
import { AgentlessPanel } from './AgentlessPanel.tsx';
import { AssetFacets } from './AssetFacets.tsx';
import { ASSET_COLUMNS } from './asset-columns.tsx';
import { DiscoveredPanel } from './DiscoveredPanel.tsx';
import { EditAssetsDialog } from './EditAssetsDialog.tsx';
import { EnrolDialog } from './EnrolDialog.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import classes from './inventory.module.css';
import { ReconcilePanel } from './ReconcilePanel.tsx';
import { SavedViews } from './SavedViews.tsx';
import { WaitingPanel } from './WaitingPanel.tsx';

const route = getRouteApi('/shell/assets');
const LIVENESS_WORDS = {
  never: 'Never reported',
  reporting: 'Reporting',
  silent: 'Silent',
  waiting: 'Waiting to be let in',
  cloned: 'Cloned',
} as const;

/** What do we have, in which state, and which are blind spots? */
export function AssetsPage() {
  const { tab, ...search } = route.useSearch();
  const pages = usePages('listAssets', { query: search }, { every: 15_000, enabled: tab === undefined });
  const canWrite = useCan('assets:write');
  const duplicates = useRead('listDuplicates', { query: { limit: 1 } }, { every: 60_000 }).data?.total ?? 0;
  const waiting =
    useRead('listAssets', { query: { liveness: 'waiting', limit: 1000 } }, { every: 60_000 }).data?.data.length ?? 0;
  const [open, setOpen] = useState<'enrol' | 'import' | null>(null);
  return (
    <Page
      title="Assets"
      lead="Every enrolled machine, in its worst state. A machine that has never reported is unknown."
      asOf={pages.dataUpdatedAt}
      actions={
        canWrite && (
          <>
            <Button variant="default" onClick={() => setOpen('import')}>
              Import a list
            </Button>
            <Button onClick={() => setOpen('enrol')}>Enrol a machine</Button>
          </>
        )
      }
    >
      <ChipLinks label="Parts of this page">
        <Link to="/assets" search={{}} {...chip}>
          All machines
        </Link>
        <Link to="/assets" search={{ tab: 'waiting' }} {...chip}>
          Waiting to be let in{waiting > 0 && ` (${waiting})`}
        </Link>
        <Link to="/assets" search={{ tab: 'reconcile' }} {...chip}>
          Reconcile{duplicates > 0 && ` (${duplicates})`}
        </Link>
        <Link to="/assets" search={{ tab: 'discovered' }} {...chip}>
          Discovered, not enrolled
        </Link>
        <Link to="/assets" search={{ tab: 'agentless' }} {...chip}>
          Without an agent
        </Link>
      </ChipLinks>
      {tab === 'waiting' && <WaitingPanel />}
      {tab === 'reconcile' && <ReconcilePanel />}
      {tab === 'discovered' && <DiscoveredPanel />}
      {tab === 'agentless' && <AgentlessPanel />}
      {tab === undefined && <AssetList pages={pages} />}
      {open === 'enrol' && <EnrolDialog onClose={() => setOpen(null)} />}
      {open === 'import' && <ImportDialog onClose={() => setOpen(null)} />}
    </Page>
  );
}

function AssetList({ pages }: { pages: ReturnType<typeof usePages<'listAssets'>> }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const canWrite = useCan('assets:write');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isEditing, setEditing] = useState(false);
  const isFiltered = search.state !== undefined || search.filter !== undefined || search.liveness !== undefined;
  const isFilterWrong = problemCode(pages.error) === 'invalid';
  const names = new Map(pages.rows?.map(({ id, hostname }) => [id, hostname]));
  const chosen = [...selected].filter((id) => names.has(id));
  return (
    <>
      <div className="row">
        <ChipLinks label="Filter by state">
          <Link to="/assets" search={{ ...search, state: undefined }} {...chip}>
            All states
          </Link>
          {PATCH_STATES.map((state) => (
            <Link key={state} to="/assets" search={{ ...search, state }} {...chip}>
              {PATCH_STATE_LOOKS[state].word}
            </Link>
          ))}
        </ChipLinks>
        <ChipLinks label="Filter by last report">
          {LIVENESS.map((liveness) => (
            <Link
              key={liveness}
              to="/assets"
              search={{ ...search, liveness: search.liveness === liveness ? undefined : liveness }}
              className={chip.className}
              aria-current={search.liveness === liveness ? 'page' : undefined}
              activeProps={{}}
            >
              {LIVENESS_WORDS[liveness]}
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
      <SavedViews />
      <div className={classes['list']}>
        <AssetFacets filter={isFilterWrong ? '' : (search.filter ?? '')} />
        <Panel
          title={isFiltered ? 'Machines that match' : 'Machines'}
          isFlush
          actions={
            chosen.length > 0 && (
              <Button size="xs" variant="default" onClick={() => setEditing(true)}>
                Edit {chosen.length === 1 ? '1 machine' : `${chosen.length} machines`}
              </Button>
            )
          }
        >
          <ListTable
            pages={pages}
            doing="read the machines"
            label="Machines"
            columns={ASSET_COLUMNS}
            rowKey={(asset) => asset.id}
            empty={isFiltered ? <NoMatch /> : <NoneYet />}
            {...(canWrite
              ? { selection: { selected, name: (id: string) => names.get(id) ?? id, onChange: setSelected } }
              : {})}
          />
        </Panel>
      </div>
      {isEditing && <EditAssetsDialog ids={chosen} onClose={() => setEditing(false)} />}
    </>
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
