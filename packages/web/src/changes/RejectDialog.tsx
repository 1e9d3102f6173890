import type { Output } from '@fleetmend/api/client.ts';
import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { newIdempotencyKey, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';

type Change = Output<'readChange'>;
const TOUCHED = ['readChange', 'listChanges', 'listPatches', 'readOverview'] as const;

/** Says no, with a reason. */
export function RejectDialog({ change, onClose }: { change: Change; onClose: () => void }) {
  const reject = useSend('rejectChange', TOUCHED);
  return (
    <EndDialog
      title={`Reject ${change.id}`}
      consequence="The change ends here. Its patches can go into a new change."
      action={`Reject ${change.id}`}
      doing="reject the change"
      isReasonNeeded
      isBusy={reject.isPending}
      error={reject.error}
      onConfirm={(body, idempotencyKey) =>
        reject.mutate(
          { params: { id: change.id }, idempotencyKey, body },
          {
            onSuccess: () => {
              announce(`${change.id} is rejected`);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    />
  );
}

/** Takes a change back before it runs. */
export function CancelDialog({ change, onClose }: { change: Change; onClose: () => void }) {
  const cancel = useSend('cancelChange', TOUCHED);
  return (
    <EndDialog
      title={`Cancel ${change.id}`}
      consequence="The change ends here and nothing is installed. Its patches can go into a new change."
      action={`Cancel ${change.id} for good`}
      doing="cancel the change"
      isReasonNeeded={false}
      isBusy={cancel.isPending}
      error={cancel.error}
      onConfirm={(body, idempotencyKey) =>
        cancel.mutate(
          { params: { id: change.id }, idempotencyKey, body },
          {
            onSuccess: () => {
              announce(`${change.id} is cancelled`);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    />
  );
}

function EndDialog({
  consequence,
  isReasonNeeded,
  onConfirm,
  ...dialog
}: {
  title: string;
  consequence: string;
  action: string;
  doing: string;
  isReasonNeeded: boolean;
  isBusy: boolean;
  error: unknown;
  onConfirm: (body: { reason: string }, idempotencyKey: string) => void;
  onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const [idempotencyKey] = useState(newIdempotencyKey);
  return (
    <ConfirmDialog
      {...dialog}
      summary={<p>{consequence}</p>}
      isDanger
      isDisabled={isReasonNeeded && reason.trim() === ''}
      onConfirm={() => onConfirm({ reason }, idempotencyKey)}
    >
      <Textarea
        label="Reason"
        required={isReasonNeeded}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value.replaceAll('\n', ' '))}
      />
    </ConfirmDialog>
  );
}
