import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';

const EMPTY = { address: '', port: 22, user_name: 'fleetmend', fingerprint: '' };

/** Adds a machine that no agent speaks for. */
export function AddSshDialog({ onClose }: { onClose: () => void }) {
  const [given, setGiven] = useState(EMPTY);
  const add = useSend('addSshHost', ['listSshHosts', 'listAssets']);
  const set = (more: Partial<typeof EMPTY>) => setGiven({ ...given, ...more });
  const submit = () => {
    const { fingerprint, ...rest } = given;
    const body = { ...rest, ...(fingerprint === '' ? {} : { fingerprint }) };
    add.mutate(
      { body },
      {
        onSuccess: ({ name }) => {
          announce(`Added ${name}; it is being contacted`);
          onClose();
        },
      },
    );
  };
  return (
    <ConfirmDialog
      title="Add a machine over SSH"
      summary={
        <p>
          It is read every five minutes: packages, system, kernel. Nothing can be deployed to it. Its host key is shown
          first and waits for you to compare it, unless you give its fingerprint here.
        </p>
      }
      action="Add this machine"
      isBusy={add.isPending}
      isDisabled={given.address.trim() === ''}
      error={add.error}
      doing="add the machine"
      onConfirm={submit}
      onClose={onClose}
    >
      <TextInput
        label="Address"
        placeholder="db1.example.org"
        value={given.address}
        onChange={(event) => set({ address: event.currentTarget.value.trim() })}
      />
      <NumberInput
        label="Port"
        min={1}
        max={65_535}
        allowDecimal={false}
        value={given.port}
        onChange={(port) => set({ port: Number(port) || EMPTY.port })}
      />
      <TextInput
        label="Account"
        value={given.user_name}
        onChange={(event) => set({ user_name: event.currentTarget.value.trim() })}
      />
      <TextInput
        label="Fingerprint of its host key, if you know it"
        placeholder="SHA256:…"
        value={given.fingerprint}
        onChange={(event) => set({ fingerprint: event.currentTarget.value.trim() })}
      />
    </ConfirmDialog>
  );
}
