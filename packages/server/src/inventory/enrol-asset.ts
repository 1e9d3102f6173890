import { createHash, createPublicKey, randomBytes } from 'node:crypto';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { toHex } from '@fleetmend/domain/access/bytes.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, emit, wake } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { holdIfNeeded } from './admit-asset.ts';
import { findAsset } from './edit-asset.ts';
import {
  type AssetRow,
  insertAsset,
  insertEnrolmentCode,
  lockEnrolmentCode,
  recordAssetEvent,
  replaceAssetKey,
  useEnrolmentCode,
} from './inventory.store.ts';
import { requestFindings } from './request-findings.ts';

const CODE_MILLISECONDS = 60 * 60_000;
/** No letter that is read as another: a code may be typed from a screen. */
const CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/**
 * Makes a code that enrols one machine within the hour, as a new asset or as one there is. The server keeps its hash alone.
 * @throws Problem `not-found` for an asset that there is not
 */
export async function createEnrolmentCode(
  ctx: Ctx,
  { labels, owner, asset }: { labels: Record<string, string>; owner?: string | undefined; asset?: string | undefined },
): Promise<{ id: string; code: string; expires_at: string }> {
  const for_asset = asset === undefined ? null : (await findAsset(ctx, asset)).id;
  const id = newId('code', ctx.now);
  const letters = Array.from(randomBytes(20), (byte) => CODE_LETTERS[byte & 31]).join('');
  const code = letters.replace(/(.{5})(?=.)/g, '$1-');
  const expires_at = new Date(ctx.now.getTime() + CODE_MILLISECONDS);
  await insertEnrolmentCode(ctx.db, {
    hash: hashCode(code),
    id,
    labels,
    owner: owner ?? null,
    for_asset,
    created_by: ctx.actor.label,
    created_at: ctx.now,
    expires_at,
  });
  await recordAudit(ctx, {
    verb: 'asset.code',
    object: for_asset === null ? 'assets' : `asset/${for_asset}`,
    detail: { labels, expires_at: expires_at.toISOString() },
  });
  return { id, code, expires_at: expires_at.toISOString() };
}

export interface Enrolment {
  code: string;
  public_key: string;
  hostname: string;
  machine_id: string;
}

/**
 * Makes an asset of a machine that shows a live code and its own Ed25519 public key, or gives it back the asset that the
 * code stands for. The same machine may ask again with the same code, in case it never heard the answer; another may not.
 * @throws Problem `enrolment-code-dead`, `invalid`, `state-conflict` when the key is an asset's already (a cloned machine)
 */
export async function enrolAsset(ctx: Ctx, enrolment: Enrolment): Promise<string> {
  const { code, hostname, machine_id } = enrolment;
  const spki = readHostKey(enrolment.public_key);
  const key_id = toHex(nodeCryptography.sha256(spki));
  const hash = hashCode(code);
  const known = await lockEnrolmentCode(ctx.db, hash, ctx.now);
  if (known === null)
    throw new Problem('enrolment-code-dead', 'This code is unknown or older than an hour; make a new one.');
  if (known.used_by_key === key_id && known.asset !== null) return known.asset;
  if (known.used_by_key !== null)
    throw new Problem('enrolment-code-dead', 'Another machine has used this code; make a new one.');
  const row = { id: known.for_asset ?? newId('host', ctx.now), hostname, machine_id, key_id, spki };
  const isTaken =
    known.for_asset === null
      ? await insertAsset(ctx.db, { ...row, labels: known.labels, owner: known.owner }, ctx.now)
      : await replaceAssetKey(ctx.db, row);
  if (!isTaken)
    throw new Problem(
      'state-conflict',
      known.for_asset === null
        ? `The key that ${hostname} shows is enrolled already. Add --again to have a new one made.`
        : `The key that ${hostname} shows is enrolled already, or the machine it was to be has been retired.`,
    );
  await useEnrolmentCode(ctx.db, known.id, { key_id, asset: row.id, now: ctx.now });
  if (known.for_asset === null) await tellEnrolled(ctx, row);
  else await tellEnrolledAgain(ctx, row);
  return row.id;
}

type EnrolledRow = Pick<AssetRow, 'id' | 'hostname' | 'machine_id' | 'key_id'>;

async function tellEnrolled(ctx: Ctx, { id, hostname, machine_id, key_id }: EnrolledRow): Promise<void> {
  await recordAssetEvent(ctx, id, 'enrolled', `Enrolled as ${hostname}.`);
  await recordAudit(ctx, { verb: 'asset.enrol', object: `asset/${id}`, detail: { hostname, machine_id, key_id } });
  await emit(ctx, 'asset.enrolled', { asset: id, hostname });
  await holdIfNeeded(ctx, { id, hostname, machine_id });
}

async function tellEnrolledAgain(ctx: Ctx, { id, hostname, machine_id, key_id }: EnrolledRow): Promise<void> {
  await recordAssetEvent(ctx, id, 'enrolled', `Enrolled again as ${hostname}, with a key of its own.`);
  await recordAudit(ctx, {
    verb: 'asset.enrol-again',
    object: `asset/${id}`,
    detail: { hostname, machine_id, key_id },
  });
  await wake(ctx, `host:${id}`);
  await requestFindings(ctx, [id]);
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
