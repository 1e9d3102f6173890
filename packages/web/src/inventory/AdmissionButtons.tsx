import { Button } from '@mantine/core';
import { useState } from 'react';
import { useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { HostText } from '../ui/HostText.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import type { Asset } from './asset-columns.tsx';

const TOUCHED = ['listAssets', 'readAsset', 'readOverview'] as const;

/** Lets a machine in that waits, or turns it away. */
export function AdmissionButtons({ asset }: { asset: Asset }) {
  const [isRejecting, setRejecting] = useState(false);
  const approve = useSend('approveAsset', TOUCHED);
  const reject = useSend('rejectAsset', TOUCHED);
  const name = revealText(asset.hostname);
  return (
    <div className="row">
      <Button
        size="xs"
        loading={approve.isPending}
        onClick={() => approve.mutate({ params: { id: asset.id } }, { onSuccess: () => announce(`${name} is let in`) })}
      >
        Approve<span className="visually-hidden"> {name}</span>
      </Button>
      <Button size="xs" variant="default" color="red" onClick={() => setRejecting(true)}>
        Reject<span className="visually-hidden"> {name}</span>
      </Button>
      {approve.error !== null && <ProblemAlert error={approve.error} doing="let the machine in" />}
      {isRejecting && (
        <ConfirmDialog
          title={`Turn ${name} away`}
          summary={
            <p>
              The key of <HostText text={asset.hostname} /> is refused from now on. To come again it must be enrolled
              with a new code.
            </p>
          }
          action="Reject 1 machine"
          isDanger
          isBusy={reject.isPending}
          error={reject.error}
          doing="turn the machine away"
          onConfirm={() =>
            reject.mutate({ params: { id: asset.id } }, { onSuccess: () => announce(`${name} is turned away`) })
          }
          onClose={() => setRejecting(false)}
        />
      )}
    </div>
  );
}
