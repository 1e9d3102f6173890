import type { Cryptography } from '../access/cryptography.ts';
import { keyHolders } from '../access/follow-roots.ts';
import { SIGNATURE_PURPOSES, type TrustRoot } from '../access/trust-root.ts';
import { verifySignature } from '../access/verify-signature.ts';
import type { ChangeDocument } from '../changes/change-document.ts';
import type { Order } from './order.ts';
import { type Refusal, refuse } from './refusals.ts';

/**
 * Whether enough distinct people of the root have signed. One bad signature among good ones refuses the whole: an honest
 * server sends none. The author's own is checked but not counted, unless the root names nobody else.
 */
export function checkApprovals(
  { document: text, signatures }: Pick<Order, 'document' | 'signatures'>,
  { document, root }: { document: Pick<ChangeDocument, 'author' | 'quorum'>; root: TrustRoot },
  crypto: Cryptography,
): Refusal | null {
  if (document.quorum < root.quorum)
    return refuse('quorum-below-root', `${document.quorum} instead of ${root.quorum}.`);
  const holders = keyHolders(root);
  const signers = new Set<string>();
  for (const signature of signatures) {
    const holder = holders.get(signature.key);
    if (holder === undefined) return refuse('signer-unknown', `Key ${signature.key.slice(0, 16)}.`);
    const claim = { signature, key: holder.key, purpose: SIGNATURE_PURPOSES.change, document: text };
    const fault = verifySignature(claim, crypto);
    if (fault !== null) return refuse(fault, `Signature of ${holder.person}.`);
    signers.add(holder.person);
  }
  const mayApproveOwn = root.people.length === 1;
  const isSignedByAuthor = !mayApproveOwn && signers.delete(document.author);
  if (signers.size >= document.quorum) return null;
  return refuse(isSignedByAuthor ? 'signer-is-author' : 'quorum-not-met', `${signers.size} of ${document.quorum}.`);
}
