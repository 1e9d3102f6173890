import { createHash, createPublicKey, randomBytes } from 'node:crypto';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { toHex } from '@fleetmend/domain/access/bytes.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, emit } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import {
  insertAsset,
  insertEnrolmentCode,
  lockEnrolmentCode,
  recordAssetEvent,
  useEnrolmentCode,
} from './inventory.store.ts';

const CODE_MILLISECONDS = 60 * 60_000;
/** No letter that is read as another: a code may be typed from a screen. */
const CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Makes a code that enrols one machine within the hour. The server keeps its hash alone. */
export async function createEnrolmentCode(
  ctx: Ctx,
  labels: Record<string, string>,
): Promise<{ code: string; expires_at: string }> {
  const letters = Array.from(randomBytes(20), (byte) => CODE_LETTERS[byte & 31]).join('');
  const code = letters.replace(/(.{5})(?=.)/g, '$1-');
  const expires_at = new Date(ctx.now.getTime() + CODE_MILLISECONDS);
  await insertEnrolmentCode(ctx.db, {
    hash: hashCode(code),
    labels,
    created_by: ctx.actor.label,
    created_at: ctx.now,
    expires_at,
  });
  await recordAudit(ctx, {
    verb: 'asset.code',
    object: 'assets',
    detail: { labels, expires_at: expires_at.toISOString() },
  });
  return { code, expires_at: expires_at.toISOString() };
}

export interface Enrolment {
  code: string;
  public_key: string;
  hostname: string;
  machine_id: string;
}

/**
 * Makes an asset of a machine that shows a live code and its own Ed25519 public key.
 * The same machine may ask again with the same code, in case it never heard the answer; another machine may not.
 * @throws Problem `enrolment-code-dead`, `invalid`, `state-conflict` when the key is another asset's (a cloned machine)
 */
export async function enrolAsset(ctx: Ctx, { code, public_key, hostname, machine_id }: Enrolment): Promise<string> {
  const spki = readHostKey(public_key);
  const key_id = toHex(nodeCryptography.sha256(spki));
  const hash = hashCode(code);
  const known = await lockEnrolmentCode(ctx.db, hash, ctx.now);
  if (known === null)
    throw new Problem('enrolment-code-dead', 'This code is unknown or older than an hour; make a new one.');
  if (known.used_by_key === key_id && known.asset !== null) return known.asset;
  if (known.used_by_key !== null)
    throw new Problem('enrolment-code-dead', 'Another machine has used this code; make a new one.');
  const id = newId('host', ctx.now);
  const isNew = await insertAsset(ctx.db, { id, hostname, machine_id, key_id, spki, labels: known.labels }, ctx.now);
  if (!isNew)
    throw new Problem(
      'state-conflict',
      `The key that ${hostname} shows is enrolled already. Retire that machine first, or remove the key to have a new one made.`,
    );
  await useEnrolmentCode(ctx.db, hash, key_id, id);
  await recordAssetEvent(ctx, id, 'enrolled', `Enrolled as ${hostname}.`);
  await recordAudit(ctx, { verb: 'asset.enrol', object: `asset/${id}`, detail: { hostname, machine_id, key_id } });
  await emit(ctx, 'asset.enrolled', { asset: id, hostname });
  return id;
}

function readHostKey(text: string): Buffer {
  const spki = Buffer.from(text, 'base64url');
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return spki;
  } catch {
    // Falls through to the one refusal.
  }
  throw new Problem('invalid', 'The public key is not an Ed25519 key in SPKI form.', [
    { pointer: '/public_key', message: 'not Ed25519' },
  ]);
}

function hashCode(code: string): Buffer {
  return createHash('sha256').update(code.replaceAll('-', '').toUpperCase()).digest();
}
