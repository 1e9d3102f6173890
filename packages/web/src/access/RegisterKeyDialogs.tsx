import { Textarea, TextInput } from '@mantine/core';
import { startRegistration } from '@simplewebauthn/browser';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';

async function registerPasskey(name: string) {
  const { options } = await call('startPasskeyRegistration', {});
  const response = await startRegistration({
    optionsJSON: options as unknown as Parameters<typeof startRegistration>[0]['optionsJSON'],
  });
  return call('registerPasskey', { body: { name, response: { ...response } } });
}

function useKeyRegistration<Given>(register: (given: Given) => Promise<{ name: string }>, onClose: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: register,
    onSuccess: async (key) => {
      announce(`Registered the key “${key.name}”`);
      onClose();
      await cache.invalidateQueries({ queryKey: ['readSession'] });
      await cache.invalidateQueries({ queryKey: ['readTrustRoot'] });
      await cache.invalidateQueries({ queryKey: ['listPeople'] });
    },
  });
}

/** Makes a passkey on this device or a security key. */
export function RegisterPasskeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const registration = useKeyRegistration(registerPasskey, onClose);
  return (
    <ConfirmDialog
      title="Register a passkey"
      summary={<p>Your browser asks for your fingerprint, face or PIN. Only the public key is sent to the server.</p>}
      action="Register this passkey"
      isBusy={registration.isPending}
      isDisabled={name.trim() === ''}
      error={registration.error}
      doing="register the passkey"
      onConfirm={() => registration.mutate(name)}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="So that you know it again, as in “laptop” or “blue security key”."
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}

/** Takes an SSH or Ed25519 public key, for signing in the command line. */
export function RegisterPublicKeyDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [publicKey, setPublicKey] = useState('');
  const registration = useKeyRegistration(
    (body: { name: string; public_key: string }) => call('registerPublicKey', { body }),
    onClose,
  );
  return (
    <ConfirmDialog
      title="Add a public key"
      summary={
        <p>
          An Ed25519 key in OpenSSH form (<code>ssh-ed25519 …</code>) or PEM. You then approve with the{' '}
          <code>fleetmend</code> command.
        </p>
      }
      action="Add this public key"
      isBusy={registration.isPending}
      isDisabled={name.trim() === '' || publicKey.trim().length < 20}
      error={registration.error}
      doing="add the key"
      onConfirm={() => registration.mutate({ name, public_key: publicKey.trim() })}
      onClose={onClose}
    >
      <TextInput label="Name" maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Textarea
        label="Public key"
        description="The contents of a .pub file. Never paste a private key."
        autosize
        minRows={3}
        maxLength={4000}
        value={publicKey}
        error={
          /PRIVATE KEY/.test(publicKey)
            ? 'This is a private key. Paste the public one, and consider this key known.'
            : undefined
        }
        onChange={(event) => setPublicKey(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
