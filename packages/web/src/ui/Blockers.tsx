import type { Output } from '@fleetmend/api/client.ts';
import { HostText } from './HostText.tsx';
import { ExactInstant } from './Instant.tsx';
import { Sentence } from './Sentence.tsx';

type Blocker = Output<'readPatch'>['blocked_by'][number];

/** Why something waits, on whom, until when, and what comes next. */
export function Waiting({ blocked_by, next_step }: { blocked_by: readonly Blocker[]; next_step: string }) {
  return (
    <>
      {blocked_by.map((blocker) => (
        <div key={`${blocker.kind} ${blocker.text}`}>
          <Sentence text={blocker.text} />
          <span className="muted">
            {blocker.owner && (
              <>
                {' '}
                · waits on <HostText text={blocker.owner} />
              </>
            )}
            {blocker.until && (
              <>
                {' '}
                · until <ExactInstant at={blocker.until} />
              </>
            )}
          </span>
        </div>
      ))}
      {next_step && (
        <div className={blocked_by.length > 0 ? 'muted small' : undefined}>
          {blocked_by.length > 0 && 'Next: '}
          <Sentence text={next_step} />
        </div>
      )}
    </>
  );
}
