import { CHANGE_TRANSITIONS } from '@fleetmend/domain/changes/change-machine.ts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRead } from '../client.ts';
import { Waiting } from '../ui/Blockers.tsx';
import { DetailSkeleton } from '../ui/DetailSkeleton.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Page } from '../ui/Page.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import { StateBadge } from '../ui/StateBadge.tsx';
import { CHANGE_STATE_LOOKS } from '../ui/states.ts';
import { ApprovalsPanel } from './ApprovalsPanel.tsx';
import { AskedPanel } from './AskedPanel.tsx';
import { ChangeActions } from './ChangeActions.tsx';
import { planSentence } from './change-summary.ts';
import classes from './changes.module.css';
import { BlastRadius, GatesAndWindows } from './PlanFacts.tsx';
import { PlanPanel } from './PlanPanel.tsx';
import { RollbackPanel } from './RollbackPanel.tsx';

const route = getRouteApi('/shell/changes/$id');

/** What exactly will change, is there a way back, who has signed, what is my part? */
export function ChangePage() {
  const { id } = route.useParams();
  const query = useRead('readChange', { params: { id } }, { every: 3000 });
  const change = query.data;
  const crumb = <Link to="/changes">Changes</Link>;
  if (change === undefined) {
    return (
      <Page title={id} crumb={crumb}>
        {query.error ? (
          <ProblemAlert error={query.error} doing={`read the change ${id}`} onRetry={() => void query.refetch()} />
        ) : (
          <DetailSkeleton hasSide />
        )}
      </Page>
    );
  }
  const { document } = change;
  return (
    <Page
      title={revealText(`${change.id} ${change.title}`)}
      heading={
        <span className="row">
          <span>
            {change.id} · <HostText text={change.title} />
          </span>{' '}
          <StateBadge state={CHANGE_STATE_LOOKS[change.state]} />
        </span>
      }
      crumb={crumb}
      lead={
        <>
          Asked by <HostText text={change.author.name} /> <Instant at={change.created_at} /> under the policy{' '}
          <Link to="/policies/$name" params={{ name: change.policy }}>
            {change.policy}
          </Link>
          {change.reason && (
            <>
              : “<HostText text={change.reason} />”
            </>
          )}
        </>
      }
      asOf={query.dataUpdatedAt}
      actions={<ChangeActions change={change} />}
    >
      {query.error !== null && <ProblemAlert error={query.error} doing="read the change again" />}
      {document && <p className={classes['sentence']}>{planSentence(document)}</p>}
      {change.rejected && (
        <Notice look="failed" isAlert>
          {change.state === 'unplannable' ? (
            <>
              <b>No exact plan can be made.</b> <HostText text={change.rejected.reason} />
            </>
          ) : (
            <>
              <HostText text={change.rejected.by} /> ended it <Instant at={change.rejected.at} />: “
              <HostText text={change.rejected.reason} />”
            </>
          )}
        </Notice>
      )}
      {isOpen(change.state) && (change.blocked_by.length > 0 || change.next_step) && (
        <Notice look={change.state === 'planning' ? 'running' : 'waiting'}>
          <Waiting blocked_by={change.blocked_by} next_step={change.next_step} />
        </Notice>
      )}
      <div className="columns">
        <div className="stack">
          {document === null && <AskedPanel change={change} />}
          {document && <PlanPanel document={document} />}
          {document && <RollbackPanel document={document} />}
        </div>
        <div className="stack">
          <ApprovalsPanel change={change} />
          {document && <BlastRadius document={document} />}
          {document && <GatesAndWindows document={document} />}
        </div>
      </div>
    </Page>
  );
}

/** Whether anything can still happen to it. */
function isOpen(state: keyof typeof CHANGE_STATE_LOOKS): boolean {
  return Object.hasOwn(CHANGE_TRANSITIONS, state);
}
