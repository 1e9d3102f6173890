import type { FeedFreshness } from '@fleetmend/domain/feeds/feed-freshness.ts';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { isReporting, wordInterval } from '@fleetmend/domain/inventory/liveness.ts';
import { groupUpdates, type PatchGroup, patchKey } from '@fleetmend/domain/patches/group-updates.ts';
import { type PatchAssetState, patchState } from '@fleetmend/domain/patches/patch-state.ts';
import type { RankedPatch } from '@fleetmend/domain/patches/rank-patches.ts';
import { readVulnerabilities } from '../advisories/vulnerability.queries.ts';
import { readFreshness } from '../feeds/describe-feed.ts';
import { listFixable } from '../findings/finding.queries.ts';
import { readUpdateSets } from '../inventory/contents.queries.ts';
import type { Ctx } from '../platform/context.ts';
import { readRanking } from '../policies/ranking.queries.ts';
import { type OpenChange, overlayChange, type ReadOpenChanges } from './overlay-change.ts';
import {
  type BoardAsset,
  type KeptPatch,
  listBoardAssets,
  readKeptPatches,
  readSourceVersions,
} from './patch.queries.ts';
import type { PatchRow } from './patch.store.ts';
import { clearedBy, type Draft, rankDrafts } from './rank-drafts.ts';
import { releaseOf } from './release.ts';

export interface PatchAsset extends PatchAssetState {
  asset: BoardAsset;
  /** What the patch would move there now. */
  offered: AvailableUpdate[];
}

/** One patch with everything that is known of it now. */
export interface BoardPatch {
  id: string;
  group: PatchGroup;
  first_seen_at: string;
  ranked: RankedPatch;
  assets: PatchAsset[];
  changes: OpenChange[];
}

export interface Board {
  patches: BoardPatch[];
  assets: BoardAsset[];
  feeds: FeedFreshness[];
}

/**
 * Every patch that some asset is offered now, ranked, with each asset's relation to it: read in a handful of statements,
 * whatever the number of patches. `also` is a patch that is wanted although nobody is offered it any more.
 */
export async function readBoard(
  ctx: Ctx,
  readOpenChanges: ReadOpenChanges,
  also: PatchRow | null = null,
): Promise<Board> {
  const assets = await listBoardAssets(ctx.db);
  const updateSets = await readUpdateSets(ctx.db, distinct(assets.map(({ updates_digest }) => updates_digest)));
  const groups = groupUpdates([...updateSets.values()].flat());
  if (also !== null && !groups.has(patchKey(also))) groups.set(patchKey(also), also);
  const all = [...groups.values()];
  const [kept, versions, fixable, changes, feeds, model] = await Promise.all([
    readKeptPatches(ctx.db, all),
    readSourceVersions(ctx.db, distinct(assets.map(({ set_digest }) => set_digest)), [
      ...new Set(all.map(({ source }) => source)),
    ]),
    listFixable(ctx.db),
    readOpenChanges(ctx.db),
    readFreshness(ctx),
    readRanking(ctx.db),
  ]);
  const offers = indexOffers(assets, updateSets);
  const fixesBySource = Map.groupBy(fixable, ({ ecosystem, source }) => `${ecosystem}\n${source}`);
  const drafts: Draft[] = [];
  for (const row of kept) {
    const group = groups.get(patchKey(row));
    if (group === undefined) continue;
    const own = offers.get(patchKey(row)) ?? new Map<string, AvailableUpdate[]>();
    const openChanges = changes.get(row.id) ?? [];
    const states = assets.flatMap((asset) =>
      relate({ asset, row, group, versions, offered: own.get(asset.id) ?? [], openChanges, ctx }),
    );
    const fixes = fixesBySource.get(`${row.ecosystem}\n${row.source}`) ?? [];
    drafts.push({ row, group, states, openChanges, detections: clearedBy(row, fixes, own) });
  }
  const known = await readVulnerabilities(ctx.db, [
    ...new Set(drafts.flatMap(({ detections }) => detections.map(({ vulnerability }) => vulnerability))),
  ]);
  return { patches: rankDrafts(drafts, { known, feeds, model }), assets, feeds };
}

type Offers = Map<string, Map<string, AvailableUpdate[]>>;

/** Patch, then asset, then what it would move there. */
function indexOffers(assets: readonly BoardAsset[], updateSets: ReadonlyMap<string, AvailableUpdate[]>): Offers {
  const offers: Offers = new Map();
  const groupedSets = new Map(
    [...updateSets].map(([digest, updates]) => [
      digest,
      Map.groupBy(updates, ({ ecosystem, source, source_candidate_version: to_version }) =>
        patchKey({ ecosystem, source, to_version }),
      ),
    ]),
  );
  for (const { id, updates_digest } of assets) {
    for (const [key, updates] of groupedSets.get(updates_digest ?? '') ?? []) {
      const byAsset = offers.get(key) ?? new Map<string, AvailableUpdate[]>();
      byAsset.set(id, updates);
      offers.set(key, byAsset);
    }
  }
  return offers;
}

interface Relation {
  asset: BoardAsset;
  row: KeptPatch;
  group: PatchGroup;
  versions: ReadonlyMap<string, ReadonlyMap<string, string[]>>;
  offered: AvailableUpdate[];
  openChanges: readonly OpenChange[];
  ctx: Ctx;
}

/** An asset's relation to a patch, or nothing where the patch is none of its business: another release, or not installed. */
function relate({ asset, row, group, versions, offered, openChanges, ctx }: Relation): PatchAsset[] {
  const hasReported = asset.set_digest !== null;
  const isOwnRelease = row.releases.length === 0 || row.releases.includes(releaseOf(asset.os));
  const installed_versions = versions.get(asset.set_digest ?? '')?.get(row.source) ?? [];
  if (hasReported && offered.length === 0 && (!isOwnRelease || installed_versions.length === 0)) return [];
  const lastCheckIn = asset.last_check_in_at === null ? null : Date.parse(asset.last_check_in_at);
  const state = patchState(
    { ecosystem: row.ecosystem, to_version: row.to_version, packages: group.packages.map(({ name }) => name) },
    {
      is_reporting:
        hasReported &&
        asset.cloned_at === null &&
        isReporting(lastCheckIn, ctx.now.getTime(), wordInterval(asset.reached_by, ctx.settings.check_in_seconds)),
      last_check_in_at: asset.last_check_in_at,
      offered: asset.reached_by === 'ssh' ? null : offered,
      installed_versions,
      reboot_reasons: asset.reboot_reasons,
    },
  );
  return state === null ? [] : [{ ...overlayChange(state, asset.id, openChanges), asset, offered }];
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}
