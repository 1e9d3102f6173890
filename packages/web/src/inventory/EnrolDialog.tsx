import { Button, Modal } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useRead, useSend } from '../client.ts';
import { CopyText } from '../ui/CopyText.tsx';
import { HostText } from '../ui/HostText.tsx';
import { ExactInstant } from '../ui/Instant.tsx';
import { LineList } from '../ui/Panel.tsx';
import { PathLink } from '../ui/PathLink.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';

/** The command that enrols one machine, shown once, and the machine as it arrives. */
export function EnrolDialog({ onClose }: { onClose: () => void }) {
  const create = useSend('createEnrolmentCode', []);
  const isAsked = useRef(false);
  const { mutate } = create;
  useEffect(() => {
    // React runs effects twice while developing; one dialog is one code.
    if (isAsked.current) return;
    isAsked.current = true;
    mutate({ body: {} });
  }, [mutate]);
  return (
    <Modal opened onClose={onClose} title="Enrol a machine" size="lg">
      <div className="stack">
        {create.error !== null && (
          <ProblemAlert error={create.error} doing="make an enrolment code" onRetry={() => mutate({ body: {} })} />
        )}
        {create.data && (
          <>
            <p>Paste this on the machine. It enrols one machine, once, and is not shown again:</p>
            <CopyText text={create.data.command} name="enrolment command" />
            <p>
              Its code is good until <ExactInstant at={create.data.expires_at} />. Stop before <code>sudo</code> to read
              what it will do: <code>fleetmend-agent/install.sh</code> is short.
            </p>
            <p className="small muted">The machine applies nothing until it follows a trust root.</p>
            <Arrivals />
          </>
        )}
        <div className="row">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </Modal>
  );
}

/** Machines that came in since the dialog was opened. */
function Arrivals() {
  const query = useRead('listAssets', { query: { limit: 1000 } }, { every: 2000 });
  const before = useRef<Set<string> | null>(null);
  const assets = query.data?.data;
  if (assets !== undefined && before.current === null) before.current = new Set(assets.map((asset) => asset.id));
  const arrived = assets?.filter((asset) => before.current?.has(asset.id) === false) ?? [];
  return (
    <div aria-live="polite">
      {arrived.length === 0 ? (
        <StateBadge state={{ look: 'waiting', word: 'Waiting for the machine to call' }} />
      ) : (
        <LineList label="Enrolled now">
          {arrived.map((asset) => (
            <li key={asset.id} className="row">
              <StateBadge state={{ look: 'done', word: 'Enrolled' }} />
              <PathLink href={`/assets/${encodeURIComponent(asset.id)}`}>
                <HostText text={asset.hostname} />
              </PathLink>
              <span className="muted">
                {asset.package_count === null ? 'inventory on its way' : `${asset.package_count} packages`}
              </span>
            </li>
          ))}
        </LineList>
      )}
    </div>
  );
}
