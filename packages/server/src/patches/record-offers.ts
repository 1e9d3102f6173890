import { groupUpdates, type PatchGroup, patchKey } from '@fleetmend/domain/patches/group-updates.ts';
import { mergeGroups } from '@fleetmend/domain/patches/merge-groups.ts';
import { readAssetKnowledge } from '../findings/finding.queries.ts';
import type { Ctx } from '../platform/context.ts';
import {
  insertPatches,
  lockNewPatches,
  lockPatches,
  type PatchRow,
  recordOffered,
  updatePatch,
} from './patch.store.ts';
import { releaseOf } from './release.ts';

/** Keeps what an asset is offered now: new patches get their number, known ones what this asset adds. Running it twice is harmless. */
export async function recordOffers(ctx: Ctx, asset: string): Promise<void> {
  const knowledge = await readAssetKnowledge(ctx.db, asset);
  if (knowledge === null || knowledge.retired_at !== null) return;
  const groups = groupUpdates(knowledge.updates);
  if (groups.size === 0) return;
  const kept = await keepAll(ctx, groups);
  for (const row of kept) {
    const group = groups.get(patchKey(row));
    const merged = group === undefined ? null : mergeGroups(row, group);
    if (merged !== null) await updatePatch(ctx.db, row.id, merged);
  }
  await recordOffered(
    ctx.db,
    kept.map(({ id }) => id),
    { asset, release: releaseOf(knowledge.facts?.os) },
    ctx.now,
  );
}

async function keepAll(ctx: Ctx, groups: ReadonlyMap<string, PatchGroup>): Promise<PatchRow[]> {
  const known = await lockPatches(ctx.db, [...groups.values()]);
  if (known.length === groups.size) return known;
  await lockNewPatches(ctx.db);
  const afterWait = new Set((await lockPatches(ctx.db, [...groups.values()])).map(patchKey));
  const fresh = [...groups].filter(([key]) => !afterWait.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  await insertPatches(
    ctx.db,
    fresh.map(([, group]) => group),
    ctx.now,
  );
  return lockPatches(ctx.db, [...groups.values()]);
}
