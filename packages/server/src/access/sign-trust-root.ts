import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { parseTrustRoot } from '@fleetmend/api/parse-change-document.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { documentDigest, followRoots, keyHolders } from '@fleetmend/domain/access/follow-roots.ts';
import { SIGNATURE_PURPOSES, type Signature } from '@fleetmend/domain/access/trust-root.ts';
import { SIGNATURE_FAULTS, verifySignature } from '@fleetmend/domain/access/verify-signature.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, wake } from '../platform/context.ts';
import { readApproverKeys } from './access.queries.ts';
import { type Proposal, proposeRoot } from './propose-root.ts';
import { type CurrentRoot, readRootSignatures } from './trust-root.queries.ts';
import { insertRoot, insertRootSignature, lockRoots, writeWantedQuorum } from './trust-root.store.ts';

/**
 * Takes a person's signature over the proposed root; with enough of them it comes into force. What counts is decided by
 * the same function that decides it on machines.
 * @throws Problem `state-conflict`, `precondition-failed`, `signature-refused`
 */
export async function signTrustRoot(
  ctx: Ctx,
  readDigest: string,
  signature: Signature,
): Promise<{ in_force: boolean; version: number; digest: string }> {
  if (ctx.actor.kind !== 'person') throw new Problem('permission-missing', 'Only a person can sign.');
  await lockRoots(ctx.db);
  const { current, proposal } = await proposeRoot(ctx.db);
  if (proposal === null)
    throw new Problem('state-conflict', 'There is nothing to sign: the root in force names all keys of all approvers.');
  if (proposal.digest !== readDigest)
    throw new Problem('precondition-failed', 'The proposed root is another one than you have read. Read it again.');
  checkSignature({ current, proposal, signature, person: ctx.actor.person });
  const row = { digest: proposal.digest, person: ctx.actor.person, key: signature.key, signature };
  if (!(await insertRootSignature(ctx.db, row, ctx.now)))
    throw new Problem('state-conflict', 'You have already signed this version.');
  const {
    digest,
    root: { version },
  } = proposal;
  await recordAudit(ctx, {
    verb: 'root.sign',
    object: `trust-root/${version}`,
    detail: { digest, key: signature.key, kind: signature.kind },
  });
  const in_force = await bringIntoForce(ctx, current, proposal);
  return { in_force, version, digest };
}

function checkSignature(claim: {
  current: CurrentRoot | null;
  proposal: Proposal;
  signature: Signature;
  person: string;
}): void {
  const { current, proposal, signature, person } = claim;
  const holders = [keyHolders(current?.root ?? null), keyHolders(proposal.root)].flatMap(
    (root) => root.get(signature.key) ?? [],
  );
  if (holders.length === 0)
    throw new Problem('signature-refused', 'Neither the root in force nor the proposed one names this key.');
  if (holders.some((holder) => holder.person !== person)) {
    throw new Problem('signature-refused', 'This key belongs to another person than the one who is signed in.');
  }
  const faults = holders.map(({ key }) =>
    verifySignature(
      { signature, key, purpose: SIGNATURE_PURPOSES.root, document: proposal.document },
      nodeCryptography,
    ),
  );
  const [fault] = faults;
  if (fault != null && !faults.includes(null)) throw new Problem('signature-refused', SIGNATURE_FAULTS[fault]);
}

async function bringIntoForce(
  ctx: Ctx,
  current: CurrentRoot | null,
  { root, document, digest }: Proposal,
): Promise<boolean> {
  const signatures = (await readRootSignatures(ctx.db, digest)).map(({ signature }) => signature);
  const chain = [...(current?.chain ?? []), { document, signatures }];
  const first = { version: 1, digest: documentDigest(chain[0]?.document ?? document, nodeCryptography) };
  const followed = followRoots(
    { pinned: first, known: current?.chain ?? [], offered: chain },
    parseTrustRoot,
    nodeCryptography,
  );
  if (followed.root?.version !== root.version) return false;
  await insertRoot(ctx.db, { version: root.version, document, digest, signatures }, ctx.now);
  await wake(ctx, 'host:');
  await recordAudit(ctx, {
    verb: 'root.in-force',
    object: `trust-root/${root.version}`,
    detail: { digest, quorum: root.quorum, people: root.people.map(({ name }) => name) },
  });
  return true;
}

/** Asks for another quorum in the next version. @throws Problem `invalid` when there are fewer approvers with a key. */
export async function setWantedQuorum(ctx: Ctx, quorum: number): Promise<null> {
  const approvers = new Set((await readApproverKeys(ctx.db)).map(({ person }) => person)).size;
  if (quorum > approvers) {
    throw new Problem(
      'invalid',
      `A quorum of ${quorum} needs as many approvers with a registered key; there ${approvers === 1 ? 'is one' : `are ${approvers}`}.`,
      [{ pointer: '/quorum', message: 'more than there are approvers' }],
    );
  }
  await writeWantedQuorum(ctx.db, quorum);
  await recordAudit(ctx, { verb: 'root.quorum', object: 'trust-root', detail: { quorum } });
  return null;
}
