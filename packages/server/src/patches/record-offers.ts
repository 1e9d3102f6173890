import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { groupUpdates, type PatchGroup, patchKey } from '@fleetmend/domain/patches/group-updates.ts';
import { mergeGroups } from '@fleetmend/domain/patches/merge-groups.ts';
import { readReported } from '../findings/finding.queries.ts';
import { readUpdateSets } from '../inventory/contents.queries.ts';
import { type Ctx, enqueue } from '../platform/context.ts';
import { findPatches, insertPatches, lockPatches, type PatchRow, recordOffered, updatePatches } from './patch.store.ts';
import { releaseOf } from './release.ts';

/**
 * Keeps what assets are offered now: new patches get their number, known ones what these assets add. Running it twice is
 * harmless, and whoever runs it at the same time waits.
 */
export async function recordOffers(ctx: Ctx, assets: readonly string[]): Promise<void> {
  await lockPatches(ctx.db);
  const reported = (await readReported(ctx.db, assets)).filter(({ is_retired }) => !is_retired);
  const digests = [...new Set(reported.flatMap(({ updates_digest }) => updates_digest ?? []))];
  const updates = await readUpdateSets(ctx.db, digests);
  const groups = groupUpdates([...updates.values()].flat());
  if (groups.size === 0) return;
  const kept = await keep(ctx, groups);
  const ids = new Map(kept.map((row) => [patchKey(row), row.id]));
  const patches = new Map([...updates].map(([digest, offered]) => [digest, idsOf(offered, ids)]));
  const offers = reported.flatMap(({ id: asset, facts, updates_digest }) =>
    (patches.get(updates_digest ?? '') ?? []).map((patch) => ({ patch, asset, release: releaseOf(facts?.os) })),
  );
  await recordOffered(ctx.db, offers, ctx.now);
}

async function keep(ctx: Ctx, groups: ReadonlyMap<string, PatchGroup>): Promise<PatchRow[]> {
  const all = [...groups.values()];
  const known = await findPatches(ctx.db, all);
  const more = known.flatMap((row) => mergeGroups(row, groups.get(patchKey(row)) ?? row) ?? []);
  if (more.length > 0) await updatePatches(ctx.db, more);
  const keys = new Set(known.map(patchKey));
  const fresh = [...groups].filter(([key]) => !keys.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (fresh.length === 0) return known;
  await insertPatches(
    ctx.db,
    fresh.map(([, group]) => group),
    ctx.now,
  );
  // What is new must have been looked at before it can be raised.
  await enqueue(ctx, 'patches.note-moves', {}, { key: 'patches:moves' });
  return findPatches(ctx.db, all);
}

/** The patches that these updates are, each once. */
function idsOf(updates: readonly AvailableUpdate[], ids: ReadonlyMap<string, string>): string[] {
  const keys = updates.map(({ ecosystem, source, source_candidate_version: to_version }) =>
    patchKey({ ecosystem, source, to_version }),
  );
  return [...new Set(keys)].flatMap((key) => ids.get(key) ?? []);
}
