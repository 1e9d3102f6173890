import { hostKeyId, isSuccession, type KeySuccession } from '@fleetmend/api/key-succession.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, wake } from '../platform/context.ts';
import { writeNextKey } from './host.store.ts';
import { type AssetRow, recordAssetEvent } from './inventory.store.ts';

/**
 * Gives an asset the key that its present one has named. Said twice, it is done once: a host that never heard the answer
 * says it again. @throws Problem `invalid`, `state-conflict`
 */
export async function rotateHostKey(ctx: Ctx, asset: AssetRow, succession: KeySuccession): Promise<void> {
  const key_id = hostKeyId(succession.new_key);
  if (asset.key_id === key_id) return;
  if (asset.cloned_at !== null)
    throw new Problem('state-conflict', 'Two machines use the key of this one: it has to be enrolled again.');
  if (succession.old_key !== asset.spki?.toString('base64url') || !isSuccession(asset.id, succession))
    throw new Problem('invalid', 'The present key of this machine has not signed that this one follows it.');
  const isTaken = await writeNextKey(ctx.db, asset.id, { key_id, spki: Buffer.from(succession.new_key, 'base64url') });
  if (!isTaken) throw new Problem('state-conflict', 'This key is enrolled already.');
  await wake(ctx, `host:${asset.id}`);
  await recordAssetEvent(ctx, asset.id, 'key', 'It has a new key, which the one before has signed.');
  const detail = { from: asset.key_id, to: key_id };
  await recordAudit(ctx, { verb: 'asset.rotate-key', object: `asset/${asset.id}`, detail });
}
