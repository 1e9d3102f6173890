import type { Output } from '@fleetmend/api/client.ts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRead } from '../client.ts';
import { DetailSkeleton } from '../ui/DetailSkeleton.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Page } from '../ui/Page.tsx';
import { Empty, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { problemCode } from '../ui/problem.ts';
import { revealText } from '../ui/reveal-characters.ts';
import { AdvisoryAssets } from './AdvisoryAssets.tsx';
import { AdvisoryRules } from './AdvisoryRules.tsx';
import { ToldPanel } from './ToldPanel.tsx';
import { VulnerabilitiesPanel } from './VulnerabilitiesPanel.tsx';

const route = getRouteApi('/shell/advisories/$id');

/** Does it touch us, where, and what closes it? */
export function AdvisoryPage() {
  const { id } = route.useParams();
  const query = useRead('readAdvisory', { params: { id } }, { every: 30_000 });
  const advisory = query.data;
  const crumb = <Link to="/patches">Patches</Link>;
  if (advisory === undefined) {
    return (
      <Page title={revealText(id)} crumb={crumb}>
        {query.error === null && <DetailSkeleton />}
        {query.error !== null &&
          (problemCode(query.error) === 'not-found' ? (
            <Panel title="Nothing is known">
              <Unknown id={id} />
            </Panel>
          ) : (
            <ProblemAlert error={query.error} doing="read what feeds say of it" onRetry={() => void query.refetch()} />
          ))}
      </Page>
    );
  }
  return (
    <Page
      title={revealText(advisory.id)}
      heading={<HostText text={advisory.id} />}
      crumb={crumb}
      lead={<Lead advisory={advisory} />}
      asOf={query.dataUpdatedAt}
    >
      {query.error !== null && <ProblemAlert error={query.error} doing="read the advisory again" />}
      <AdvisoryAssets advisory={advisory} />
      <VulnerabilitiesPanel vulnerabilities={advisory.vulnerabilities} own={advisory.id} />
      <ToldPanel advisory={advisory} />
      {advisory.told.some(({ rules }) => rules > 0) && <AdvisoryRules id={advisory.id} />}
    </Page>
  );
}

/** An id that no feed speaks of is an answer, not a failure; it is not "not affected" either. */
function Unknown({ id }: { id: string }) {
  return (
    <Empty
      title="No feed that has been loaded speaks of it"
      action={
        <span className="row">
          <Link to="/feeds">See which feeds are loaded</Link>
          <Link to="/patches" search={{ search: id }}>
            Search the patches for it
          </Link>
        </span>
      }
    >
      That says nothing of whether it touches a machine. The id may be misspelt, or younger than the feeds.
    </Empty>
  );
}

/** "Open on 12 of 412 machines. A fix is known for 11." */
function Lead({ advisory: { reach, told, vulnerabilities } }: { advisory: Output<'readAdvisory'> }) {
  const { affected, fixable, answered, known, total } = reach;
  const summary = told.find((each) => each.summary !== '')?.summary;
  const isRejected = vulnerabilities.length > 0 && vulnerabilities.every((each) => each.is_rejected);
  return (
    <>
      {summary && (
        <p>
          <HostText text={summary} />
        </p>
      )}
      {isRejected && (
        <p>
          <b>The CVE programme has rejected it.</b> It counts in no rank.
        </p>
      )}
      <p>
        <b>
          {affected === 0 ? 'Open on none' : `Open on ${affected}`} of {known} {known === 1 ? 'machine' : 'machines'}{' '}
          whose packages are known.
        </b>{' '}
        {affected > 0 && `${describeFix(affected, fixable)} `}
        {answered > 0 && `On ${answered}${affected > 0 ? ' more' : ''} a VEX document answers it. `}
        {total > known && `${total - known} ${total - known === 1 ? 'has' : 'have'} not reported and may be touched.`}
      </p>
    </>
  );
}

function describeFix(affected: number, fixable: number): string {
  if (fixable === 0) return 'No version fixes it.';
  return fixable === affected ? 'A version fixes it.' : `A version fixes it on ${fixable} of them.`;
}
