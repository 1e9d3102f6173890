import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { parseChangeDocument } from '@fleetmend/api/parse-change-document.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { SIGNATURE_PURPOSES, type Signature, type TrustRoot } from '@fleetmend/domain/access/trust-root.ts';
import { verifySignature } from '@fleetmend/domain/access/verify-signature.ts';
import { readCurrentRoot } from '../access/trust-root.queries.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, emit } from '../platform/context.ts';
import {
  type ChangeRow,
  insertApproval,
  lockChange,
  moveChange,
  readApprovals,
  writeApprovedAt,
  writeEnded,
} from './change.store.ts';

/** @throws Problem `not-found` */
export async function findChange(ctx: Ctx, id: string): Promise<ChangeRow> {
  const change = await lockChange(ctx.db, id.toUpperCase());
  if (change === null) throw new Problem('not-found', `There is no change "${id}".`);
  return change;
}

/**
 * Takes a person's signature over the change document. The hosts verify it again, for themselves; what is refused here
 * would be refused there, and here it can be explained.
 * @throws Problem `not-found`, `state-conflict`, `precondition-failed`, `signature-refused`
 */
export async function approveChange(ctx: Ctx, id: string, readDigest: string, signature: Signature): Promise<string> {
  if (ctx.actor.kind !== 'person') throw new Problem('permission-missing', 'Only a person can approve.');
  const change = await findChange(ctx, id);
  if (change.state !== 'in_review' || change.document === null)
    throw new Problem(
      'state-conflict',
      `${change.id} is ${change.state.replace('_', ' ')}; it is not open for approval.`,
    );
  if (change.digest !== readDigest)
    throw new Problem('precondition-failed', 'The plan is another one than you have read. Read it again.');
  const current = await readCurrentRoot(ctx.db);
  const document = parseChangeDocument(change.document);
  if (current === null || document === null || document.root_version !== current.root.version) {
    throw new Problem(
      'state-conflict',
      'The trust root has changed since this plan was made; cancel the change and make a new one.',
    );
  }
  const { person, key } = findSigner(current.root, signature);
  if (person.id !== ctx.actor.person)
    throw new Problem('signature-refused', 'This key belongs to another person than the one who is signed in.');
  const isAuthor = person.id === document.author;
  if (isAuthor && current.root.people.length > 1)
    throw new Problem('signature-refused', 'The author of a change cannot approve it.');
  const fault = verifySignature(
    { signature, key, purpose: SIGNATURE_PURPOSES.change, document: change.document },
    nodeCryptography,
  );
  if (fault !== null) throw new Problem('signature-refused', `The signature does not verify: ${fault}.`);
  const isNew = await insertApproval(
    ctx.db,
    {
      change: change.id,
      person: person.id,
      name: person.name,
      key: key.id,
      kind: signature.kind,
      signature,
      is_author: isAuthor,
    },
    ctx.now,
  );
  if (!isNew) throw new Problem('state-conflict', 'You have already approved this change.');
  await recordAudit(ctx, {
    verb: 'change.approve',
    object: `change/${change.id}`,
    detail: { digest: change.digest, key: key.id, kind: signature.kind, is_author: isAuthor },
  });
  const approvals = await readApprovals(ctx.db, [change.id]);
  if (approvals.length >= document.quorum) {
    await moveChange(ctx.db, change, 'quorum_met');
    await writeApprovedAt(ctx.db, change.id, ctx.now);
    await emit(ctx, 'change.approved', {
      change: change.id,
      digest: change.digest,
      people: approvals.map(({ name }) => name),
    });
  }
  return change.id;
}

function findSigner(root: TrustRoot, signature: Signature) {
  for (const person of root.people) {
    const key = person.keys.find(({ id }) => id === signature.key);
    if (key !== undefined) return { person, key };
  }
  throw new Problem(
    'signature-refused',
    'The trust root in force does not name this key. Sign the next root version first.',
  );
}

/** Says no, or takes back: ends a change that has not started. @throws Problem `not-found`, `state-conflict` */
export async function endChange(ctx: Ctx, id: string, event: 'reject' | 'cancel', reason: string): Promise<string> {
  const change = await findChange(ctx, id);
  const state = await moveChange(ctx.db, change, event);
  if (state === null)
    throw new Problem(
      'state-conflict',
      `${change.id} is ${change.state.replace('_', ' ')}; it cannot be ${event === 'reject' ? 'rejected' : 'cancelled'}.`,
    );
  await writeEnded(ctx.db, change.id, { by: ctx.actor.label, at: ctx.now.toISOString(), reason });
  await recordAudit(ctx, { verb: `change.${event}`, object: `change/${change.id}`, detail: { reason } });
  await emit(ctx, event === 'reject' ? 'change.rejected' : 'change.cancelled', { change: change.id, reason });
  return change.id;
}
