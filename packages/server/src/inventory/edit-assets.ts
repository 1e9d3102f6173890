import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Given } from '../platform/bind.ts';
import type { Ctx } from '../platform/context.ts';
import { type AssetPatch, applyPatch } from './edit-asset.ts';
import { type AssetView, listAssetViews } from './inventory.queries.ts';
import { type AssetEdit, editAsset, recordAssetEvent } from './inventory.store.ts';
import { selectAssets } from './select-assets.ts';

type Edits = Given<'editAssets'>['body'];
/** A change of some labels; the others stay. */
export type LabelledPatch = AssetPatch & { labels_removed?: readonly string[] | undefined };

const SAMPLE = 10;

/**
 * Writes the same of many assets, all or none. What it would do can be asked first; if other assets match by the time it is
 * done, nothing is.
 * @throws Problem `invalid`, `precondition-failed`
 */
export async function editAssets(
  ctx: Ctx,
  { filter, ids, set, is_dry_run, expected }: Edits,
): Promise<{ matched: number; changed: number; sample: string[] }> {
  if ((filter === undefined) === (ids === undefined))
    throw new Problem('invalid', 'Say which machines: either a selector or their ids.');
  const all = await listAssetViews(ctx.db);
  const wanted = new Set(ids);
  const matched = filter === undefined ? all.filter(({ id }) => wanted.has(id)) : selectAssets(all, filter);
  const changed = matched.filter((asset) => isChangedBy(asset, set));
  if (!is_dry_run) {
    if (expected !== undefined && expected !== matched.length)
      throw new Problem(
        'precondition-failed',
        `${matched.length} machines match now, not ${expected}; nothing was changed.`,
      );
    for (const asset of changed) await writePatch(ctx, asset, set);
    await recordAudit(ctx, {
      verb: 'asset.edit-many',
      object: 'assets',
      detail: { filter: filter ?? null, set, changed: changed.map(({ id }) => id) },
    });
  }
  return {
    matched: matched.length,
    changed: changed.length,
    sample: changed.slice(0, SAMPLE).map(({ hostname }) => hostname),
  };
}

/** Whether an asset would be another once this has been written. */
export function isChangedBy(asset: AssetView, patch: LabelledPatch): boolean {
  const { labels, ...rest } = editedBy(asset, patch);
  const isSame = Object.entries(rest).every(([field, value]) => asset[field as keyof typeof rest] === value);
  const text = (of: Record<string, string>) => JSON.stringify(Object.entries(of).sort());
  return !isSame || text(labels) !== text(asset.labels);
}

/** Writes a patch of labels, owner and worth, with a line on the asset's timeline. @throws Problem `precondition-failed` */
export async function writePatch(ctx: Ctx, asset: AssetView, patch: LabelledPatch): Promise<void> {
  if (!(await editAsset(ctx.db, asset.id, asset.version, editedBy(asset, patch))))
    throw new Problem(
      'precondition-failed',
      `${asset.hostname} was changed at this moment; nothing was changed, try again.`,
    );
  await recordAssetEvent(ctx, asset.id, 'edited', `${ctx.actor.label} changed ${wordsOf(patch)}.`);
}

/** Which facts a patch speaks of, in words. */
function wordsOf({ labels = {}, labels_removed = [], ...rest }: LabelledPatch): string {
  const facts = Object.entries(rest).flatMap(([field, value]) =>
    value === undefined ? [] : [field.replaceAll('_', ' ')],
  );
  const isLabelled = Object.keys(labels).length + labels_removed.length > 0;
  return [...(isLabelled ? ['labels'] : []), ...facts].join(', ');
}

function editedBy(asset: AssetView, { labels = {}, labels_removed = [], ...rest }: LabelledPatch): AssetEdit {
  const kept = Object.entries({ ...asset.labels, ...labels }).filter(([key]) => !labels_removed.includes(key));
  return applyPatch(asset, { ...rest, labels: Object.fromEntries(kept) });
}
