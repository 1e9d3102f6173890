import type { Output } from '@fleetmend/api/client.ts';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { newIdempotencyKey, useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { plural } from './change-summary.ts';

/** Starts an approved change. */
export function StartDialog({ change, onClose }: { change: Output<'readChange'>; onClose: () => void }) {
  const navigate = useNavigate();
  const start = useSend('startRollout', ['readChange', 'listRollouts', 'readOverview']);
  const [idempotencyKey] = useState(newIdempotencyKey);
  const machines = plural(change.document?.targets.length ?? 0, 'machine');
  const first = change.document?.rings[0];
  const confirm = () =>
    start.mutate(
      { idempotencyKey, body: { change: change.id } },
      {
        onSuccess: (rollout) => {
          announce(`Started ${rollout.id}`);
          void navigate({ to: '/rollouts/$id', params: { id: rollout.id }, search: {} });
        },
      },
    );
  return (
    <ConfirmDialog
      title={`Start ${change.id}`}
      summary={
        <p>
          Ring “{first?.name}” with {plural(first?.assets.length ?? 0, 'machine')} begins as soon as a window is open.
          Later rings wait for it to bake and for its gates. One person can pause or stop it at any time.
        </p>
      }
      action={`Start the rollout on ${machines}`}
      isBusy={start.isPending}
      error={start.error}
      doing="start the rollout"
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
