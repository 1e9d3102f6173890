import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { usePages } from '../client.ts';
import { ChipLinks, chip } from '../ui/ChipLinks.tsx';
import { DECISIONS } from '../ui/DecisionBadge.tsx';
import { useDownstream } from '../ui/downstream.ts';
import { ListTable } from '../ui/ListTable.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { PATCH_COLUMNS } from './patch-columns.tsx';
import { RiskCurvePanel } from './RiskCurvePanel.tsx';
import { StaleFeeds } from './StaleFeeds.tsx';

const route = getRouteApi('/shell/patches');

/** What do I ship next, and why is this first? */
export function PatchesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const canAsk = useCan('changes:write');
  const pages = usePages('listPatches', { query: search }, { every: 30_000 });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isCreating, setCreating] = useState(false);
  const { CreateChangeDialog } = useDownstream();
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  const chosen = pages.rows?.filter((patch) => selected.has(patch.id)) ?? [];
  const names = new Map(pages.rows?.map((patch) => [patch.id, patch.source]));
  return (
    <Page
      title="Patches"
      lead="In the order to ship them: decision first, then score. Open one to see why it stands where it stands."
      asOf={pages.dataUpdatedAt}
      actions={
        canAsk && (
          <Button disabled={chosen.length === 0} onClick={() => setCreating(true)}>
            {chosen.length === 0 ? 'Select patches to create a change' : `Create a change with ${count(chosen.length)}`}
          </Button>
        )
      }
    >
      <StaleFeeds />
      {!isFiltered && <RiskCurvePanel />}
      <div className="row">
        <ChipLinks label="Filter by decision">
          <Link to="/patches" search={{ ...search, decision: undefined }} {...chip}>
            All
          </Link>
          {DECISIONS.map(({ id, word }) => (
            <Link key={id} to="/patches" search={{ ...search, decision: id }} {...chip}>
              {word}
            </Link>
          ))}
          <Link
            to="/patches"
            search={{ ...search, security: search.security === 'true' ? undefined : 'true' }}
            {...chip}
            aria-current={search.security === 'true' ? 'true' : undefined}
          >
            Security only
          </Link>
        </ChipLinks>
        <SearchField
          label="Search patches"
          placeholder="Package or CVE"
          value={search.search ?? ''}
          onSearch={(text) => void navigate({ search: { ...search, search: text || undefined }, replace: true })}
        />
      </div>
      <Panel title={isFiltered ? 'Patches that match' : 'Do next'} isFlush>
        <ListTable
          pages={pages}
          doing="read the patches"
          label="Patches"
          columns={PATCH_COLUMNS}
          rowKey={(patch) => patch.id}
          {...(canAsk ? { selection: { selected, name: (id) => names.get(id) ?? id, onChange: setSelected } } : {})}
          empty={isFiltered ? <NoMatch /> : <NothingMissing />}
        />
      </Panel>
      {isCreating && <CreateChangeDialog patches={chosen} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function count(patches: number): string {
  return patches === 1 ? '1 patch' : `${patches} patches`;
}

function NoMatch() {
  return (
    <Empty
      title="No patch matches"
      action={
        <Link to="/patches" search={{}}>
          Clear the filter
        </Link>
      }
    />
  );
}

function NothingMissing() {
  return (
    <Empty
      title="No machine reports a missing patch"
      action={<Link to="/assets">See which machines have reported</Link>}
    >
      The list comes from each machine’s own package manager. A machine that has not reported is unknown, not patched.
    </Empty>
  );
}
