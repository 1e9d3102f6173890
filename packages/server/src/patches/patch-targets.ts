import type { Ecosystem } from '@fleetmend/domain/versions/ecosystems.ts';
import { readUpdateSets } from '../inventory/contents.queries.ts';
import type { Ctx } from '../platform/context.ts';
import { listBoardAssets } from './patch.queries.ts';
import { readPatchRow } from './patch.store.ts';

/** One package and the exact version it is to have. */
export interface TargetPackage {
  ecosystem: Ecosystem;
  name: string;
  architecture: string;
  version: string;
}

/** What a patch would move, and where: only what a machine is offered now and does not hold back. */
export interface PatchTarget {
  patch: string;
  title: string;
  assets: { asset: string; packages: TargetPackage[] }[];
}

/** Which version of an update is meant: the newest on offer, or the lowest that carries every security fix. */
export type WantedVersions = 'newest' | 'fix-only';

/** The targets of each of these patches that at least one machine is missing; others are left out. */
export async function readPatchTargets(
  ctx: Ctx,
  ids: readonly string[],
  versions: WantedVersions,
): Promise<PatchTarget[]> {
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
        .map(({ ecosystem, name, architecture, candidate_version, fix_version }) => ({
          ecosystem,
          name,
          architecture,
          version: versions === 'newest' ? candidate_version : (fix_version ?? candidate_version),
        }));
      return packages.length === 0 ? [] : [{ asset, packages }];
    });
    if (touched.length > 0) targets.push({ patch: row.id, title: `${row.source} ${row.to_version}`, assets: touched });
  }
  return targets;
}
