import { useRead } from '../client.ts';
import { useDownstream } from '../ui/downstream.ts';
import { Page } from '../ui/Page.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { KeysPanel } from './KeysPanel.tsx';
import { PeoplePanel } from './PeoplePanel.tsx';
import { TokensPanel } from './TokensPanel.tsx';
import { TrustRootPanel } from './TrustRootPanel.tsx';

/** My keys, the trust root, people, tokens, the webhook. */
export function SettingsPage() {
  const session = useRead('readSession', {});
  const { WebhookPanel } = useDownstream();
  const may = (permission: 'access:read' | 'notifications:read') =>
    session.data?.permissions.includes(permission) ?? false;
  return (
    <Page
      title="Settings"
      lead="Keys sign changes; the trust root tells every machine whose signatures count."
      asOf={session.dataUpdatedAt}
    >
      {session.error !== null && (
        <ProblemAlert error={session.error} doing="read who is signed in" onRetry={() => void session.refetch()} />
      )}
      <KeysPanel session={session.data} />
      <TrustRootPanel session={session.data} />
      {may('access:read') && <PeoplePanel />}
      <TokensPanel />
      {may('notifications:read') && <WebhookPanel />}
    </Page>
  );
}
