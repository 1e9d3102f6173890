import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, enqueue, wake } from '../platform/context.ts';
import { type AssetView, readAssetView } from './inventory.queries.ts';
import { type AssetEdit, editAsset, recordAssetEvent, retireAssetRow } from './inventory.store.ts';
import { requestFindings } from './request-findings.ts';

/** @throws Problem `not-found` */
export async function findAsset(ctx: Ctx, idOrName: string): Promise<AssetView> {
  const asset = await readAssetView(ctx.db, idOrName);
  if (asset === null) throw new Problem('not-found', `There is no machine "${idOrName}".`);
  return asset;
}

/** The fields that were sent; an absent one stays as it is. */
export type AssetPatch = { [Field in keyof AssetEdit]?: AssetEdit[Field] | undefined };

/** What an asset will be once a patch is applied; an absent field stays as it is. */
export function applyPatch(asset: AssetEdit, patch: AssetPatch): AssetEdit {
  const { owner, service_group, criticality, data_sensitivity, exposure } = asset;
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  return { labels: asset.labels, owner, service_group, criticality, data_sensitivity, exposure, ...given };
}

/** Writes what people say of an asset. @throws Problem `not-found`, `precondition-failed` */
export async function updateAsset(
  ctx: Ctx,
  idOrName: string,
  readVersion: string,
  patch: AssetPatch,
): Promise<AssetView> {
  const asset = await findAsset(ctx, idOrName);
  const edit = applyPatch(asset, patch);
  const isWritten = /^\d{1,9}$/.test(readVersion) && (await editAsset(ctx.db, asset.id, Number(readVersion), edit));
  if (!isWritten)
    throw new Problem('precondition-failed', `${asset.hostname} is at version ${asset.version} now; read it again.`);
  await recordAudit(ctx, {
    verb: 'asset.edit',
    object: `asset/${asset.id}`,
    detail: { hostname: asset.hostname, changed: patch },
  });
  await recordAssetEvent(ctx, asset.id, 'edited', `${ctx.actor.label} changed ${Object.keys(patch).join(', ')}.`);
  return findAsset(ctx, asset.id);
}

/** Takes an asset out of service: its key counts no more, its history stays. @throws Problem `not-found` */
export async function retireAsset(ctx: Ctx, idOrName: string): Promise<void> {
  const asset = await findAsset(ctx, idOrName);
  await retireAssetRow(ctx.db, asset.id, ctx.now);
  await wake(ctx, `host:${asset.id}`);
  await recordAssetEvent(ctx, asset.id, 'retired', `${ctx.actor.label} retired this machine.`);
  await requestFindings(ctx, [asset.id]);
  await enqueue(ctx, 'changes.asset-retired', { asset: asset.id });
  await recordAudit(ctx, { verb: 'asset.retire', object: `asset/${asset.id}`, detail: { hostname: asset.hostname } });
}
