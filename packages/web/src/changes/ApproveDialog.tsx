import type { Output } from '@fleetmend/api/client.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { signDocument } from '../access/sign-document.ts';
import { call, newIdempotencyKey } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { HostText } from '../ui/HostText.tsx';
import { Notice } from '../ui/Notice.tsx';
import { countPlan, planSentence, plural } from './change-summary.ts';

/** Signs the change with a passkey. What is signed is what this dialog was opened on, even if the page reads on behind it. */
export function ApproveDialog({
  change: current,
  session,
  onClose,
}: {
  change: Output<'readChange'>;
  session: Output<'readSession'>;
  onClose: () => void;
}) {
  const cache = useQueryClient();
  const [change] = useState(current);
  const { document, canonical, digest } = change;
  const signing = useMutation({
    mutationFn: async () => {
      if (canonical === null || digest === null) throw new Error('There is no plan to sign yet.');
      const signature = await signDocument({ purpose: SIGNATURE_PURPOSES.change, canonical, digest, session });
      return call('approveChange', {
        params: { id: change.id },
        ifMatch: digest,
        idempotencyKey: newIdempotencyKey(),
        body: { signature },
      });
    },
    onSuccess: async (answer) => {
      announce(
        answer.approvals_needed === 0
          ? `${answer.id} is approved`
          : `Signed ${answer.id}; ${plural(answer.approvals_needed, 'signature')} still missing`,
      );
      cache.setQueryData(['readChange', { params: { id: change.id } }], answer);
      onClose();
      await cache.invalidateQueries({ queryKey: ['listChanges'] });
    },
  });
  if (document === null) return null;
  const machines = countPlan(document).machines;
  return (
    <ConfirmDialog
      title={`Approve ${change.id}`}
      summary={
        <>
          <p>
            <b>{planSentence(document)}</b>
          </p>
          <ul>
            {names(document).map((line) => (
              <li key={line} className="mono">
                <HostText text={line} />
              </li>
            ))}
          </ul>
          <p>
            On{' '}
            <HostText
              text={document.targets
                .slice(0, 8)
                .map((target) => target.hostname)
                .join(', ')}
            />
            {machines > 8 && ` and ${machines - 8} more`}. If a gate fails:{' '}
            {document.on_gate_fail === 'pause' ? 'pause' : 'roll back'}.
          </p>
          <p className="small muted">
            Digest <code style={{ overflowWrap: 'anywhere' }}>{digest}</code>, recomputed in this browser before it
            signs.
          </p>
        </>
      }
      action={`Approve the plan for ${plural(machines, 'machine')} with a passkey`}
      isBusy={signing.isPending}
      isDisabled={current.digest !== digest}
      error={signing.error}
      doing="approve the change"
      onConfirm={() => signing.mutate()}
      onClose={onClose}
    >
      {current.digest !== digest && (
        <Notice look="failed" isAlert>
          The plan has changed since you opened this. Close it and read the new one.
        </Notice>
      )}
    </ConfirmDialog>
  );
}

const SHOWN = 12;

/** Each distinct move once, whatever number of machines makes it. */
function names(document: NonNullable<Output<'readChange'>['document']>): string[] {
  const moves = new Set(
    document.targets.flatMap((target) =>
      target.operations.map((operation) => `${operation.package} ${operation.from ?? '(new)'} → ${operation.to}`),
    ),
  );
  const lines = [...moves].sort();
  return lines.length <= SHOWN
    ? lines
    : [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more, all in the plan`];
}
