import { randomUUID } from 'node:crypto';
import type { Client } from '@fleetmend/api/client.ts';
import { signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { SIGNATURE_PURPOSES } from '@fleetmend/domain/access/trust-root.ts';
import { createEd25519 } from '../../api/test/software-authenticator.ts';

export const newKey = (): string => randomUUID();

/** A person's Ed25519 key, registered; its private half for signing. */
export async function registerKey(call: Client, name = 'laptop'): Promise<string> {
  const { privateKey, publicKey } = createEd25519();
  await call('registerPublicKey', { body: { name, public_key: publicKey } });
  return privateKey;
}

/** Signs the proposed trust root; true when it came into force. */
export async function signRoot(call: Client, privateKey: string): Promise<boolean> {
  const { proposal } = await call('readTrustRoot', {});
  if (proposal === null) throw new Error('no root is proposed');
  const signature = signWithEd25519(privateKey, SIGNATURE_PURPOSES.root, proposal.document);
  const { in_force } = await call('signTrustRoot', {
    body: { signature },
    ifMatch: proposal.digest,
    idempotencyKey: newKey(),
  });
  return in_force;
}

/** Signs a change as it stands. */
export async function approve(call: Client, id: string, privateKey: string) {
  const change = await call('readChange', { params: { id } });
  const signature = signWithEd25519(privateKey, SIGNATURE_PURPOSES.change, change.canonical ?? '');
  return call('approveChange', {
    params: { id },
    body: { signature },
    ifMatch: change.digest ?? '',
    idempotencyKey: newKey(),
  });
}
