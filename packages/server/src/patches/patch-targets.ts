import type { Ctx } from '../platform/context.ts';
import { listBoardAssets, readUpdateSets } from './patch.queries.ts';
import { readPatchRow } from './patch.store.ts';

/** What a patch would move, and where: only what a machine is offered now and does not hold back. */
export interface PatchTarget {
  patch: string;
  title: string;
  assets: { asset: string; packages: { name: string; architecture: string; version: string }[] }[];
}

/** The targets of each of these patches that at least one machine is missing; others are left out. */
export async function readPatchTargets(ctx: Ctx, ids: readonly string[]): Promise<PatchTarget[]> {
  const assets = await listBoardAssets(ctx.db);
  const sets = await readUpdateSets(ctx.db, [...new Set(assets.flatMap(({ updates_digest }) => updates_digest ?? []))]);
  const targets: PatchTarget[] = [];
  for (const id of ids) {
    const row = await readPatchRow(ctx.db, id);
    if (row === null) continue;
    const touched = assets.flatMap(({ id: asset, updates_digest }) => {
      const packages = (sets.get(updates_digest ?? '') ?? [])
        .filter(
          (each) =>
            each.ecosystem === row.ecosystem &&
            each.source === row.source &&
            each.source_candidate_version === row.to_version,
        )
        .filter(({ is_held }) => !is_held)
        .map(({ name, architecture, candidate_version }) => ({ name, architecture, version: candidate_version }));
      return packages.length === 0 ? [] : [{ asset, packages }];
    });
    if (touched.length > 0) targets.push({ patch: row.id, title: `${row.source} ${row.to_version}`, assets: touched });
  }
  return targets;
}
