import { pemPublicKey, sshPublicKey } from '@fleetmend/api/make-signature.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { insertKey } from './access.store.ts';
import { describeKey, type Session } from './describe-person.ts';
import { refuseNarrowToken } from './refuse-narrow-token.ts';

/** Registers an OpenSSH or PEM Ed25519 public key for the signed-in person. @throws Problem `invalid`, `name-taken` */
export async function registerPublicKey(
  ctx: Ctx,
  { name, public_key }: { name: string; public_key: string },
): Promise<Session['person']['keys'][number]> {
  if (ctx.actor.kind !== 'person') throw new Problem('sign-in-needed', 'Sign in first.');
  const { person } = ctx.actor;
  await refuseNarrowToken(ctx);
  if (public_key.includes('PRIVATE KEY'))
    throw refusal('This is a private key. Nothing of it was kept; send the public half, and best make a new pair.');
  const key = sshPublicKey(public_key) ?? pemPublicKey(public_key);
  if (key === null) throw refusal('This is neither an "ssh-ed25519 …" line nor an Ed25519 public key in PEM.');
  const row = {
    id: key.id,
    person,
    name,
    kind: key.kind,
    algorithm: key.algorithm,
    spki: key.spki,
    rp_id: null,
    origins: null,
    credential_id: null,
    cose: null,
  };
  if (!(await insertKey(ctx.db, row, ctx.now)))
    throw new Problem('name-taken', 'This key is registered already, or you have a key of this name.');
  await recordAudit(ctx, {
    verb: 'key.register',
    object: `person/${person}`,
    detail: { key: key.id, kind: key.kind, name },
  });
  return describeKey({ ...row, created_at: ctx.now.toISOString() }, false);
}

function refusal(detail: string): Problem {
  return new Problem('invalid', detail, [{ pointer: '/public_key', message: 'not an Ed25519 public key' }]);
}
