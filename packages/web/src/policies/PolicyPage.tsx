import { getRouteApi, Link } from '@tanstack/react-router';
import { useRead } from '../client.ts';
import { DetailSkeleton } from '../ui/DetailSkeleton.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Page } from '../ui/Page.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { PolicyEditor } from './PolicyEditor.tsx';
import { NEW_POLICY, PRESETS } from './presets.ts';

const route = getRouteApi('/shell/policies/$name');

/** One policy: its sentence, its YAML, whether it holds, and saving it. */
export function PolicyPage() {
  const { name } = route.useParams();
  const { preset } = route.useSearch();
  const query = useRead('readPolicy', { params: { name } }, { enabled: name !== NEW_POLICY, every: 10_000 });
  const crumb = <Link to="/policies">Policies</Link>;
  if (name === NEW_POLICY) {
    const from = PRESETS.find((each) => each.id === preset) ?? PRESETS[1];
    return (
      <Page title="New policy" crumb={crumb} lead={from?.sentence}>
        <PolicyEditor key={from?.id} yaml={from?.yaml ?? ''} saved={null} />
      </Page>
    );
  }
  if (query.data === undefined) {
    return (
      <Page title={name} crumb={crumb}>
        {query.error ? (
          <ProblemAlert error={query.error} doing={`read the policy ${name}`} onRetry={() => void query.refetch()} />
        ) : (
          <DetailSkeleton hasSide />
        )}
      </Page>
    );
  }
  return (
    <Page title={name} crumb={crumb} lead={<HostText text={query.data.sentence} />} asOf={query.dataUpdatedAt}>
      <PolicyEditor key={name} yaml={query.data.yaml} saved={query.data} />
    </Page>
  );
}
