import { groupUpdates, type PatchGroup, patchKey } from '@fleetmend/domain/patches/group-updates.ts';
import { mergeGroups } from '@fleetmend/domain/patches/merge-groups.ts';
import { readAssetKnowledge } from '../findings/finding.queries.ts';
import { type Ctx, enqueue } from '../platform/context.ts';
import {
  findPatches,
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

/** Makes those that are new before any row is locked: taken the other way round, two assets could wait for each other for ever. */
async function keepAll(ctx: Ctx, groups: ReadonlyMap<string, PatchGroup>): Promise<PatchRow[]> {
  const all = [...groups.values()];
  if ((await findPatches(ctx.db, all)).length < groups.size) {
    await lockNewPatches(ctx.db);
    const known = new Set((await findPatches(ctx.db, all)).map(patchKey));
    const fresh = [...groups].filter(([key]) => !known.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
    await insertPatches(
      ctx.db,
      fresh.map(([, group]) => group),
      ctx.now,
    );
    // What is new must have been looked at before it can be raised.
    if (fresh.length > 0) await enqueue(ctx, 'patches.note-moves', {}, { key: 'patches:moves' });
  }
  return lockPatches(ctx.db, all);
}
