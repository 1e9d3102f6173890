import { useRead } from '../client.ts';
import { Notice } from '../ui/Notice.tsx';
import { Page } from '../ui/Page.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { FirstRun } from './FirstRun.tsx';
import { ExposureTiles, FleetTruth, NeedsMe, RecentChanges, RunningRollouts } from './OverviewPanels.tsx';
import { OverviewSkeleton } from './OverviewSkeleton.tsx';

/** Are we safe, are we on time, what needs me? */
export function OverviewPage() {
  const query = useRead('readOverview', {}, { every: 10_000 });
  const overview = query.data;
  return (
    <Page title="Overview" asOf={overview ? Date.parse(overview.as_of) : undefined}>
      {query.error !== null && (
        <ProblemAlert error={query.error} doing="read the overview" onRetry={() => void query.refetch()} />
      )}
      {query.isPending && <OverviewSkeleton />}
      {overview && (
        <>
          {overview.feeds_stale.length > 0 && (
            <Notice look="unknown">
              Not fresh: {overview.feeds_stale.join(', ')}. Ranks computed from them are marked ◔.
            </Notice>
          )}
          {overview.first_run && <FirstRun steps={overview.first_run} />}
          <div className="columns">
            <NeedsMe items={overview.needs_me} />
            <RunningRollouts rollouts={overview.rollouts} />
          </div>
          <ExposureTiles exposure={overview.exposure} />
          <FleetTruth counts={overview.assets} />
          <RecentChanges recent={overview.recent} />
        </>
      )}
    </Page>
  );
}
