import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { announce } from '../ui/announce.ts';
import { Waiting } from '../ui/Blockers.tsx';
import { DetailSkeleton } from '../ui/DetailSkeleton.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Page } from '../ui/Page.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import { Sentence } from '../ui/Sentence.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import { ROLLOUT_STATE_LOOKS } from '../ui/states.ts';
import { DeploymentsTable } from './DeploymentsTable.tsx';
import { GatesTable } from './GatesTable.tsx';
import { LogDrawer } from './LogDrawer.tsx';
import { RingLane } from './RingLane.tsx';
import { RolloutActions } from './RolloutActions.tsx';
import classes from './rollouts.module.css';
import { type Rollout, useRollout } from './use-rollout.ts';

const route = getRouteApi('/shell/rollouts/$id');

/** Is it going well, and should I stop it? Live. */
export function RolloutPage() {
  const { id } = route.useParams();
  const { log } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useRollout(id);
  const rollout = query.data;
  useAnnouncedChanges(rollout);
  const crumb = <Link to="/rollouts">Rollouts</Link>;
  if (rollout === undefined) {
    return (
      <Page title={id} crumb={crumb}>
        {query.error ? (
          <ProblemAlert error={query.error} doing={`read the rollout ${id}`} onRetry={() => void query.refetch()} />
        ) : (
          <DetailSkeleton />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={revealText(`${rollout.id} ${rollout.title}`)}
      heading={
        <span className="row">
          <span>
            {rollout.id} · <HostText text={rollout.title} />
          </span>{' '}
          <StateBadge state={ROLLOUT_STATE_LOOKS[rollout.state]} />
        </span>
      }
      crumb={crumb}
      lead={
        <>
          Ships{' '}
          <Link to="/changes/$id" params={{ id: rollout.change }}>
            {rollout.change}
          </Link>
          , started <Instant at={rollout.started_at} />
          {rollout.finished_at && (
            <>
              , ended <Instant at={rollout.finished_at} />
            </>
          )}
        </>
      }
      asOf={query.dataUpdatedAt}
      isLive={query.isLive}
      actions={<RolloutActions rollout={rollout} />}
    >
      {query.error !== null && <ProblemAlert error={query.error} doing="read the rollout again" />}
      {!query.isLive && <Notice look="unknown">The live stream is away; this page asks again every 10 seconds.</Notice>}
      <p className={classes['sentence']}>
        <Sentence text={rollout.sentence} />
      </p>
      {(rollout.blocked_by.length > 0 || rollout.reason || rollout.next_step) && (
        <Notice look={rollout.state === 'paused' ? 'paused' : rollout.state === 'failed' ? 'failed' : 'waiting'}>
          {rollout.reason && !isSaidElsewhere(rollout, rollout.reason) && (
            <p>
              <Sentence text={rollout.reason} />
            </p>
          )}
          <Waiting blocked_by={rollout.blocked_by} next_step={rollout.next_step} />
        </Notice>
      )}
      <RingLane rings={rollout.rings} current={rollout.ring} />
      <GatesTable gates={rollout.gates} />
      <DeploymentsTable rollout={rollout} />
      {log !== undefined && (
        <LogDrawer rollout={rollout} asset={log} onClose={() => void navigate({ search: {}, replace: true })} />
      )}
    </Page>
  );
}

/** Whether a blocker says the reason already. */
function isSaidElsewhere(rollout: Rollout, reason: string): boolean {
  return rollout.blocked_by.some((blocker) => blocker.text.includes(reason));
}

/** Says changes of the whole, not of each machine: a reader must be able to keep up. */
function useAnnouncedChanges(rollout: Rollout | undefined): void {
  const state =
    rollout &&
    `${rollout.id} is ${ROLLOUT_STATE_LOOKS[rollout.state].word.toLowerCase()}, ring ${rollout.rings[rollout.ring]?.name ?? 'none'}`;
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (state !== undefined && before.current !== undefined && state !== before.current) announce(state);
    before.current = state;
  }, [state]);
}
