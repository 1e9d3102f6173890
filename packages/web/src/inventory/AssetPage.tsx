import { getRouteApi, Link } from '@tanstack/react-router';
import { useCan } from '../access/use-session.ts';
import { useRead } from '../client.ts';
import { Waiting } from '../ui/Blockers.tsx';
import { DetailSkeleton } from '../ui/DetailSkeleton.tsx';
import { useDownstream } from '../ui/downstream.ts';
import { HostText } from '../ui/HostText.tsx';
import { Page } from '../ui/Page.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import { StateBadge } from '../ui/StateBadge.tsx';
import { PATCH_STATE_LOOKS } from '../ui/states.ts';
import { AssetComparison } from './AssetComparison.tsx';
import { AssetFacts } from './AssetFacts.tsx';
import { AssetSoftware } from './AssetSoftware.tsx';
import { AssetTimeline } from './AssetTimeline.tsx';
import { HeldNotice } from './HeldNotice.tsx';
import { NeverReported } from './NeverReported.tsx';
import { RetireButton } from './RetireButton.tsx';
import { WorthPanel } from './WorthPanel.tsx';

const route = getRouteApi('/shell/assets/$id');

/** What is wrong with this machine, and what happens to it next? */
export function AssetPage() {
  const { id } = route.useParams();
  const query = useRead('readAsset', { params: { id } }, { every: 10_000 });
  const canWrite = useCan('assets:write');
  const { AssetFindings, AssetPatches } = useDownstream();
  const asset = query.data;
  const crumb = <Link to="/assets">Assets</Link>;
  if (asset === undefined) {
    return (
      <Page title={id} crumb={crumb}>
        {query.error ? (
          <ProblemAlert error={query.error} doing={`read the machine ${id}`} onRetry={() => void query.refetch()} />
        ) : (
          <DetailSkeleton hasSide />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={revealText(asset.hostname)}
      heading={
        <span className="row">
          <HostText text={asset.hostname} /> <StateBadge state={PATCH_STATE_LOOKS[asset.state]} />
        </span>
      }
      crumb={crumb}
      lead={
        <>
          <p>
            <b>{sentence(asset.missing)}</b>
          </p>
          <Waiting blocked_by={asset.blocked_by} next_step={asset.next_step} />
        </>
      }
      asOf={query.dataUpdatedAt}
      actions={canWrite && <RetireButton asset={asset} />}
    >
      {query.error !== null && <ProblemAlert error={query.error} doing="read the machine again" />}
      <HeldNotice asset={asset} canWrite={canWrite} />
      {asset.liveness === 'never' && <NeverReported />}
      <div className="columns">
        <div className="stack">
          <AssetPatches id={asset.id} />
          <AssetFindings id={asset.id} />
          <AssetSoftware id={asset.id} />
          <AssetComparison id={asset.id} />
          <AssetTimeline id={asset.id} />
        </div>
        <div className="stack">
          <AssetFacts asset={asset} />
          <WorthPanel key={asset.id} asset={asset} canWrite={canWrite} />
        </div>
      </div>
    </Page>
  );
}

function sentence(missing: { act: number; attend: number; track_star: number; track: number }): string {
  const all = missing.act + missing.attend + missing.track_star + missing.track;
  if (all === 0) return 'No missing patch is known.';
  const urgent = missing.act > 0 ? `, ${missing.act} to act on now` : '';
  return `${all} ${all === 1 ? 'patch is' : 'patches are'} missing${urgent}.`;
}
