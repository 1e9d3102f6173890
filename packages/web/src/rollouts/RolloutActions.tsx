import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { newIdempotencyKey, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ACTIONS, type Action } from './rollout-actions.ts';
import type { Rollout } from './use-rollout.ts';

/** What may be asked of the rollout now; each step says its consequence before it is taken. */
export function RolloutActions({ rollout }: { rollout: Rollout }) {
  const canOperate = useCan('rollouts:operate');
  const [asked, setAsked] = useState<Action | null>(null);
  if (!canOperate) return null;
  return (
    <>
      {ACTIONS.filter((action) => rollout.actions.includes(action.id)).map((action) => (
        <Button
          key={action.id}
          variant={action.is_primary ? 'filled' : 'default'}
          {...(action.is_danger ? { color: 'red' } : {})}
          onClick={() => setAsked(action)}
        >
          {action.button(rollout)}
        </Button>
      ))}
      {asked && <ActionDialog key={asked.id} rollout={rollout} action={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function ActionDialog({ rollout, action, onClose }: { rollout: Rollout; action: Action; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [idempotencyKey] = useState(newIdempotencyKey);
  const send = useSend(action.endpoint, ['readRollout', 'listRollouts', 'readChange', 'readOverview']);
  const confirm = () =>
    send.mutate(
      { params: { id: rollout.id }, idempotencyKey, body: { reason } },
      {
        onSuccess: () => {
          announce(`${rollout.id}: ${action.done}`);
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      title={`${action.button(rollout)}: ${rollout.id}`}
      summary={<p>{action.consequence(rollout)}</p>}
      action={action.button(rollout)}
      isDanger={action.is_danger}
      isBusy={send.isPending}
      error={send.error}
      doing={action.doing}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Textarea
        label="Reason"
        description="It stands in the audit log."
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value.replaceAll('\n', ' '))}
      />
    </ConfirmDialog>
  );
}
