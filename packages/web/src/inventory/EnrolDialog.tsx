import { Button, Modal, NativeSelect } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useSend } from '../client.ts';
import { CopyText } from '../ui/CopyText.tsx';
import { HostText } from '../ui/HostText.tsx';
import { ExactInstant } from '../ui/Instant.tsx';
import { Notice } from '../ui/Notice.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import type { Asset } from './asset-columns.tsx';
import { EnrolmentSteps } from './EnrolmentSteps.tsx';
import { EnrolmentWorth, type Given } from './EnrolmentWorth.tsx';

const SYSTEMS = [
  { value: 'linux', label: 'Linux with systemd' },
  { value: 'windows', label: 'Windows' },
  { value: 'macos', label: 'macOS' },
] as const;
type System = (typeof SYSTEMS)[number]['value'];

/**
 * The command that enrols one machine, at once, and how far that machine has come. `asset`: the machine that is enrolled
 * again, with a new key and its old history.
 */
export function EnrolDialog({ asset, onClose }: { asset?: Asset; onClose: () => void }) {
  const [system, setSystem] = useState<System>('linux');
  const [given, setGiven] = useState<Given>({});
  const create = useSend('createEnrolmentCode', []);
  const isAsked = useRef(false);
  const { mutate } = create;
  const again = asset?.id;
  useEffect(() => {
    // React runs effects twice while developing; one dialog is one code.
    if (isAsked.current) return;
    isAsked.current = true;
    mutate({ body: { asset: again } });
  }, [mutate, again]);
  const renew = () => mutate({ body: { ...given, asset: again } });
  const give = (wanted: Given) => {
    setGiven(wanted);
    mutate({ body: wanted });
  };
  const gets = [...Object.entries(given.labels ?? {}).map((label) => label.join('=')), given.owner ?? ''];
  return (
    <Modal opened onClose={onClose} title={asset ? 'Enrol this machine again' : 'Enrol a machine'} size="lg">
      <div className="stack">
        {asset === undefined ? (
          <NativeSelect
            label="System of the machine"
            data={[...SYSTEMS]}
            value={system}
            onChange={(event) =>
              setSystem(SYSTEMS.find(({ value }) => value === event.currentTarget.value)?.value ?? 'linux')
            }
          />
        ) : (
          <p>
            The machine on which you paste this becomes <HostText text={asset.hostname} />: it makes a new key and keeps
            the history here. Whoever else holds the old key is refused.
          </p>
        )}
        {system === 'linux' ? (
          <>
            {create.error !== null && (
              <ProblemAlert error={create.error} doing="make an enrolment code" onRetry={renew} />
            )}
            {create.data && (
              <>
                <p>Paste this on the machine. It enrols one machine, once, and is not shown again:</p>
                <CopyText text={create.data.command} name="enrolment command" />
                <p className="small muted">
                  Its code is good until <ExactInstant at={create.data.expires_at} />. Stop before <code>sudo</code> to
                  read what it will do: <code>fleetmend-agent/install.sh</code> is short. The machine applies nothing
                  until it follows a trust root.
                </p>
                {gets.some((each) => each !== '') && (
                  <p>
                    The machine gets: <HostText text={gets.filter((each) => each !== '').join(', ')} />
                  </p>
                )}
                {asset === undefined && <EnrolmentWorth isBusy={create.isPending} onGiven={give} />}
                <EnrolmentSteps key={create.data.id} id={create.data.id} onRenew={renew} />
              </>
            )}
          </>
        ) : (
          <NotYet system={system} />
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

function NotYet({ system }: { system: Exclude<System, 'linux'> }) {
  return (
    <Notice look="unknown">
      <p>
        <b>No machine with {system === 'windows' ? 'Windows' : 'macOS'} can be enrolled by a command yet.</b> There is
        no package of the agent for it, and how it would read such a machine is recorded, not exercised. A list of the
        machine’s software can be matched without an agent: <code>fleetmend match LIST</code>.
      </p>
    </Notice>
  );
}
