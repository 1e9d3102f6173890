import { Button } from '@mantine/core';
import { useRead } from '../client.ts';
import { Digest } from '../ui/CopyText.tsx';
import { HostText } from '../ui/HostText.tsx';
import { ExactInstant } from '../ui/Instant.tsx';
import { Notice } from '../ui/Notice.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';

/** Recomputes the chain of hashes on request, and says what that proves and what it cannot. */
export function VerifyPanel() {
  const check = useRead('verifyAudit', {}, { enabled: false });
  const verdict = check.data;
  return (
    <Panel
      title="Is the log intact?"
      actions={
        <Button size="xs" variant="default" loading={check.isFetching} onClick={() => void check.refetch()}>
          {verdict ? `Verify ${verdict.entries} entries again` : 'Verify the whole log'}
        </Button>
      }
    >
      <div aria-live="polite" className="stack tight">
        {check.error !== null && <ProblemAlert error={check.error} doing="verify the log" />}
        {!verdict && check.error === null && (
          <p className="muted">Recomputes every hash from the first entry. The command line does the same offline.</p>
        )}
        {verdict?.is_intact && (
          <div className="row">
            <StateBadge state={{ look: 'done', word: 'Intact' }} />
            <span>
              {verdict.entries} entries checked at <ExactInstant at={verdict.checked_at} />
              {verdict.head && (
                <>
                  , head <Digest value={verdict.head} />
                </>
              )}
            </span>
          </div>
        )}
        {verdict && !verdict.is_intact && (
          <Notice look="failed" isAlert>
            <b>The chain is broken at entry {verdict.broken_at ?? 'unknown'}.</b> Someone or something has changed the
            log after it was written. Keep a copy of the database before you do anything else.
          </Notice>
        )}
        {verdict && (
          <p className="muted small">
            <HostText text={verdict.proves} />
          </p>
        )}
      </div>
    </Panel>
  );
}
