import type { Output } from '@fleetmend/api/client.ts';
import { nextChangeState } from '@fleetmend/domain/changes/change-machine.ts';
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { passkeysHere } from '../access/sign-document.ts';
import { useSession } from '../access/use-session.ts';
import { ApproveDialog } from './ApproveDialog.tsx';
import { plural } from './change-summary.ts';
import { CancelDialog, RejectDialog } from './RejectDialog.tsx';
import { StartDialog } from './StartDialog.tsx';

type Change = Output<'readChange'>;
type Dialog = 'approve' | 'reject' | 'cancel' | 'start';

/** What may be done with the change now, by the person who looks at it. */
export function ChangeActions({ change }: { change: Change }) {
  const session = useSession();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  if (session === undefined) return null;
  const may = (permission: (typeof session.permissions)[number]) => session.permissions.includes(permission);
  const hasSigned = change.approvals.some((approval) => approval.person.id === session.person.id);
  const canSign = change.can_approve.some((person) => person.id === session.person.id);
  const isReview = change.state === 'in_review' && change.digest !== null;
  return (
    <>
      {change.rollout && (
        <Link to="/rollouts/$id" params={{ id: change.rollout }}>
          Watch {change.rollout}
        </Link>
      )}
      {change.state === 'approved' && change.rollout === null && may('rollouts:operate') && (
        <Button onClick={() => setDialog('start')}>
          Start the rollout on {plural(change.document?.targets.length ?? 0, 'machine')}
        </Button>
      )}
      {isReview && may('changes:approve') && canSign && !hasSigned && (
        <Button disabled={passkeysHere(session).length === 0} onClick={() => setDialog('approve')}>
          Approve the plan for {plural(change.document?.targets.length ?? 0, 'machine')}
        </Button>
      )}
      {isReview && canSign && !hasSigned && passkeysHere(session).length === 0 && (
        <span className="small">
          You have no passkey here. <Link to="/settings">Register one</Link>, or sign in the command line.
        </span>
      )}
      {nextChangeState(change.state, 'reject') !== null && may('changes:approve') && (
        <Button variant="default" color="red" onClick={() => setDialog('reject')}>
          Reject
        </Button>
      )}
      {nextChangeState(change.state, 'cancel') !== null && may('changes:write') && (
        <Button variant="subtle" onClick={() => setDialog('cancel')}>
          Cancel the change
        </Button>
      )}
      {dialog === 'approve' && <ApproveDialog change={change} session={session} onClose={close} />}
      {dialog === 'reject' && <RejectDialog change={change} onClose={close} />}
      {dialog === 'cancel' && <CancelDialog change={change} onClose={close} />}
      {dialog === 'start' && <StartDialog change={change} onClose={close} />}
    </>
  );
}
