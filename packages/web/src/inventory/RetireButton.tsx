import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { HostText } from '../ui/HostText.tsx';
import { revealText } from '../ui/reveal-characters.ts';
import type { Asset } from './asset-columns.tsx';

/** Retires a machine, after saying what that means. */
export function RetireButton({ asset }: { asset: Asset }) {
  const [isOpen, setOpen] = useState(false);
  const navigate = useNavigate();
  const retire = useSend('retireAsset', ['listAssets', 'readOverview']);
  const confirm = () =>
    retire.mutate(
      { params: { id: asset.id } },
      {
        onSuccess: () => {
          announce(`${revealText(asset.hostname)} is retired`);
          void navigate({ to: '/assets' });
        },
      },
    );
  return (
    <>
      <Button variant="default" color="red" onClick={() => setOpen(true)}>
        Retire this machine
      </Button>
      {isOpen && (
        <ConfirmDialog
          title={`Retire ${revealText(asset.hostname)}`}
          summary={
            <p>
              The key of <HostText text={asset.hostname} /> is refused from now on and it leaves every count. Its
              history stays. To bring it back it must be enrolled anew.
            </p>
          }
          action="Retire 1 machine"
          isDanger
          isBusy={retire.isPending}
          error={retire.error}
          doing="retire the machine"
          onConfirm={confirm}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
