import type { Output } from '@fleetmend/api/client.ts';
import { Button } from '@mantine/core';
import { useRead } from '../client.ts';
import { HostText } from '../ui/HostText.tsx';
import { Instant } from '../ui/Instant.tsx';
import { Notice } from '../ui/Notice.tsx';
import { LineList } from '../ui/Panel.tsx';
import { PathLink } from '../ui/PathLink.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import type { StateLook } from '../ui/states.ts';

type Enrolment = Output<'readEnrolment'>;
type Step = Enrolment['steps'][number];

const WORDS: Record<Step['step'], string> = {
  code: 'Code made',
  fetched: 'Agent fetched',
  enrolled: 'Machine enrolled',
  reported: 'Packages reported',
  patches: 'Patches known',
};
const LOOKS: Record<Step['state'], StateLook> = {
  done: { look: 'done', word: 'Done' },
  waiting: { look: 'waiting', word: 'Not yet' },
  late: { look: 'partial', word: 'Takes long' },
  stopped: { look: 'paused', word: 'Stopped' },
};
const EVERY = 2000;

/** How far the machine has come that uses a code, as it comes, and what to look at where it hangs. */
export function EnrolmentSteps({ id, onRenew }: { id: string; onRenew: () => void }) {
  const query = useRead('readEnrolment', { params: { id } }, { every: EVERY });
  const told = query.data;
  if (told === undefined)
    return query.error === null ? null : <ProblemAlert error={query.error} doing="see how far the machine has come" />;
  const isOut = told.asset === null && told.steps.some(({ state }) => state === 'stopped');
  return (
    <div className="stack tight" aria-live="polite">
      <LineList label="How far the machine has come">
        {told.steps.map((step) => (
          <li key={step.step} className="row">
            <StateBadge state={LOOKS[step.state]} />
            <span className="grow">
              {WORDS[step.step]}
              {step.step === 'enrolled' && told.asset !== null && <Arrived asset={told.asset} />}
            </span>
            {step.at !== null && <Instant at={step.at} />}
          </li>
        ))}
      </LineList>
      {told.diagnosis.length > 0 && (
        <Notice look="partial">
          <ul>
            {told.diagnosis.map((line) => (
              <li key={line}>
                <HostText text={line} />
              </li>
            ))}
          </ul>
          {isOut && (
            <Button size="xs" variant="default" onClick={onRenew}>
              Make a new command
            </Button>
          )}
        </Notice>
      )}
    </div>
  );
}

function Arrived({ asset }: { asset: NonNullable<Enrolment['asset']> }) {
  return (
    <>
      {' as '}
      <PathLink href={`/assets/${encodeURIComponent(asset.id)}`}>
        <HostText text={asset.hostname} />
      </PathLink>
    </>
  );
}
