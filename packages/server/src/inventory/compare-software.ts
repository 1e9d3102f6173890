import type { Output } from '@fleetmend/api/client.ts';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { diffSoftware } from '@fleetmend/domain/inventory/diff-software.ts';
import type { Ctx } from '../platform/context.ts';
import { readDigestAt } from './asset-care.queries.ts';
import { findAsset } from './edit-asset.ts';
import { readSetSoftware } from './software.store.ts';

/** What is different on an asset between two times. @throws Problem `not-found` */
export async function compareSoftware(
  ctx: Ctx,
  idOrName: string,
  { from, until }: { from: string; until?: string | undefined },
): Promise<Output<'compareSoftware'>> {
  const asset = await findAsset(ctx, idOrName);
  const read = async (at: string): Promise<{ from_at: string | null; software: Software[] }> => {
    const found = await readDigestAt(ctx.db, asset.id, at);
    if (found === null) return { from_at: null, software: [] };
    return { from_at: found.from_at, software: (await readSetSoftware(ctx.db, found.digest)) ?? [] };
  };
  const before = await read(from);
  const after = await read(until ?? ctx.now.toISOString());
  return { from: before.from_at, until: after.from_at, data: diffSoftware(before.software, after.software) };
}
