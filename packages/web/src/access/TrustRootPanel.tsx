import type { Output } from '@fleetmend/api/client.ts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useRead } from '../client.ts';
import { CopyText, Digest } from '../ui/CopyText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Facts, Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { QuorumForm } from './QuorumForm.tsx';
import { RootPeople } from './RootPeople.tsx';
import { SignRootDialog } from './SignRootDialog.tsx';
import { passkeysHere } from './sign-document.ts';

type Session = Output<'readSession'>;
type Root = Output<'readTrustRoot'>;

/** Whose signatures machines obey: the version in force, and the next one waiting for signatures. */
export function TrustRootPanel({ session }: { session: Session | undefined }) {
  const query = useRead('readTrustRoot', {}, { every: 15_000 });
  const root = query.data;
  return (
    <Panel
      title="Trust root"
      note="The list of keys that machines obey. Whoever owns this server cannot change it without your keys."
    >
      <div className="stack">
        {query.error !== null && (
          <ProblemAlert error={query.error} doing="read the trust root" onRetry={() => void query.refetch()} />
        )}
        {root && <CurrentRoot root={root} />}
        {root?.proposal && session && <Proposal proposal={root.proposal} current={root.current} session={session} />}
        {root?.current && session?.permissions.includes('access:write') && (
          <QuorumForm quorum={root.current.root.quorum} />
        )}
      </div>
    </Panel>
  );
}

function CurrentRoot({ root }: { root: Root }) {
  if (root.current === null) {
    return (
      <Notice look="waiting">
        No trust root is in force, so machines only observe. Register a key, then sign version 1 below.
      </Notice>
    );
  }
  const { root: content, digest, signed_at } = root.current;
  return (
    <>
      <Facts
        facts={[
          ['Version', `${content.version}, in force`],
          ['Signed', <Instant key="signed" at={signed_at} />],
          ['Digest', <Digest key="digest" value={digest} />],
          ['Quorum', `${content.quorum} of ${content.people.length} people`],
        ]}
      />
      <RootPeople root={content} />
      {root.pin_command && (
        <div className="stack tight">
          <p>Let a machine follow this root. Run it on the machine, as root:</p>
          <CopyText text={root.pin_command} name="pin command" />
          <p className="muted small">
            On the machine where <code>npm start</code> runs Fleetmend itself, in its folder:{' '}
            <code className="breakable">npm run agent -- trust sha256:{digest}</code>
          </p>
        </div>
      )}
    </>
  );
}

function Proposal({
  proposal,
  current,
  session,
}: {
  proposal: NonNullable<Root['proposal']>;
  current: Root['current'];
  session: Session;
}) {
  const [isSigning, setSigning] = useState(false);
  const hasSigned = proposal.signatures.some((signature) =>
    session.person.keys.some((key) => key.id === signature.key),
  );
  const canSign = session.permissions.includes('changes:approve');
  return (
    <section className="stack" aria-label={`Proposed version ${proposal.root.version}`}>
      <Notice look="waiting">
        <p>
          <b>Version {proposal.root.version} waits for signatures.</b> {proposal.signatures.length} given
          {proposal.needs.length > 0 && `; still needed: ${proposal.needs.join(', ')}`}.
        </p>
      </Notice>
      <RootPeople root={proposal.root} before={current?.root ?? null} />
      <Facts facts={[['Digest', <Digest key="digest" value={proposal.digest} />]]} />
      {canSign && !hasSigned && passkeysHere(session).length > 0 && (
        <div className="row">
          <Button onClick={() => setSigning(true)}>Sign version {proposal.root.version}</Button>
        </div>
      )}
      {canSign && !hasSigned && (
        <div className="stack tight">
          <p className="muted small">With an SSH or Ed25519 key instead:</p>
          <CopyText text="fleetmend root sign --key ~/.ssh/id_ed25519" name="sign command" />
        </div>
      )}
      {isSigning && <SignRootDialog proposal={proposal} session={session} onClose={() => setSigning(false)} />}
    </section>
  );
}
