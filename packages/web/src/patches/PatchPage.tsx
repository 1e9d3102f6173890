import { PATCH_STATES } from '@fleetmend/domain/inventory/asset.ts';
import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { useRead } from '../client.ts';
import { Waiting } from '../ui/Blockers.tsx';
import { DecisionBadge } from '../ui/DecisionBadge.tsx';
import { DetailSkeleton } from '../ui/DetailSkeleton.tsx';
import { useDownstream } from '../ui/downstream.ts';
import { Page } from '../ui/Page.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { StateBar } from '../ui/StateBar.tsx';
import { PATCH_STATE_LOOKS } from '../ui/states.ts';
import { VersionChange } from '../ui/VersionChange.tsx';
import { DueDate } from './DueDate.tsx';
import { ExplanationPanel } from './ExplanationPanel.tsx';
import { PatchAssets } from './PatchAssets.tsx';
import { PatchFindings } from './PatchFindings.tsx';
import { PatchPackages } from './PatchPackages.tsx';
import { commonFrom, type Patch } from './patch-columns.tsx';

const route = getRouteApi('/shell/patches/$id');

/** One patch: why it stands where it stands, which machines lack it, what it clears. */
export function PatchPage() {
  const { id } = route.useParams();
  const query = useRead('readPatch', { params: { id } }, { every: 15_000 });
  const canAsk = useCan('changes:write');
  const [isCreating, setCreating] = useState(false);
  const { CreateChangeDialog } = useDownstream();
  const patch = query.data;
  const crumb = <Link to="/patches">Patches</Link>;
  if (patch === undefined) {
    return (
      <Page title={id} crumb={crumb}>
        {query.error ? (
          <ProblemAlert error={query.error} doing={`read the patch ${id}`} onRetry={() => void query.refetch()} />
        ) : (
          <DetailSkeleton />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={`${patch.source} ${patch.to_version}`}
      heading={
        <span className="row">
          {patch.source} <VersionChange from={commonFrom(patch)} to={patch.to_version} />{' '}
          <DecisionBadge decision={patch.decision} />
        </span>
      }
      crumb={crumb}
      lead={<Lead patch={patch} />}
      asOf={query.dataUpdatedAt}
      actions={
        canAsk &&
        patch.change === null && (
          <Button onClick={() => setCreating(true)}>
            Create a change for {left(patch)} {left(patch) === 1 ? 'machine' : 'machines'}
          </Button>
        )
      }
    >
      {query.error !== null && <ProblemAlert error={query.error} doing="read the patch again" />}
      <ExplanationPanel id={id} />
      <Panel title="Where it stands">
        <StateBar
          total={patch.counts.total}
          shares={PATCH_STATES.map((state) => ({
            key: state,
            look: PATCH_STATE_LOOKS[state].look,
            word: PATCH_STATE_LOOKS[state].word.toLowerCase(),
            count: patch.counts[state],
          }))}
        />
      </Panel>
      <PatchAssets id={id} />
      <PatchFindings id={id} />
      <PatchPackages patch={patch} />
      {isCreating && <CreateChangeDialog patches={[patch]} onClose={() => setCreating(false)} />}
    </Page>
  );
}

function left(patch: Patch): number {
  return patch.counts.total - patch.counts.patched;
}

function Lead({ patch }: { patch: Patch }) {
  return (
    <>
      <p>
        <b>
          {left(patch)} of {patch.counts.total} {patch.counts.total === 1 ? 'machine' : 'machines'}
        </b>{' '}
        {left(patch) === 1 ? 'does' : 'do'} not have it. It clears {patch.vulnerabilities.length} named{' '}
        {patch.vulnerabilities.length === 1 ? 'vulnerability' : 'vulnerabilities'}
        {patch.known_exploited.length > 0 && `, ${patch.known_exploited.length} of them known exploited`}.{' '}
        {patch.due_at !== null && (
          <>
            By BOD 26-04 it is due <DueDate at={patch.due_at} />.{' '}
          </>
        )}
        {patch.change && (
          <>
            Shipped by{' '}
            <Link to="/changes/$id" params={{ id: patch.change }}>
              {patch.change}
            </Link>
            .
          </>
        )}
      </p>
      <Waiting blocked_by={patch.blocked_by} next_step={patch.next_step} />
    </>
  );
}
