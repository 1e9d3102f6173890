import type { Output } from '@fleetmend/api/client.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, newIdempotencyKey } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { Digest } from '../ui/CopyText.tsx';
import { signDocument } from './sign-document.ts';

/** Signs the proposed trust root with a passkey. */
export function SignRootDialog({
  proposal,
  session,
  onClose,
}: {
  proposal: NonNullable<Output<'readTrustRoot'>['proposal']>;
  session: Output<'readSession'>;
  onClose: () => void;
}) {
  const cache = useQueryClient();
  const { root, document, digest } = proposal;
  const signing = useMutation({
    mutationFn: async () => {
      const signature = await signDocument({ purpose: SIGNATURE_PURPOSES.root, canonical: document, digest, session });
      return call('signTrustRoot', { ifMatch: digest, idempotencyKey: newIdempotencyKey(), body: { signature } });
    },
    onSuccess: async (answer) => {
      announce(
        answer.in_force ? `Trust root version ${answer.version} is in force` : 'Signed; more signatures are needed',
      );
      onClose();
      await cache.invalidateQueries({ queryKey: ['readTrustRoot'] });
      await cache.invalidateQueries({ queryKey: ['readSession'] });
    },
  });
  return (
    <ConfirmDialog
      title={`Sign trust root version ${root.version}`}
      summary={
        <>
          <p>
            From then on machines obey changes signed by <b>{root.quorum}</b> of {root.people.length}:{' '}
            {root.people
              .map((person) => `${person.name} (${person.keys.length === 1 ? '1 key' : `${person.keys.length} keys`})`)
              .join(', ')}
            .
          </p>
          <p>
            Digest <Digest value={digest} />, recomputed in this browser before it signs.
          </p>
        </>
      }
      action={`Sign version ${root.version} with a passkey`}
      isBusy={signing.isPending}
      error={signing.error}
      doing="sign the trust root"
      onConfirm={() => signing.mutate()}
      onClose={onClose}
    />
  );
}
