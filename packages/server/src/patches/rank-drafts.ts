import type { VulnerabilityFacts } from '@fleetmend/domain/advisories/vulnerability-facts.ts';
import type { FeedFreshness } from '@fleetmend/domain/feeds/feed-freshness.ts';
import type { PatchGroup } from '@fleetmend/domain/patches/group-updates.ts';
import { rebootPackage } from '@fleetmend/domain/patches/needs-reboot.ts';
import type { Detection, PatchFacts } from '@fleetmend/domain/patches/patch-facts.ts';
import { rankPatches } from '@fleetmend/domain/patches/rank-patches.ts';
import type { VersionedModel } from '@fleetmend/domain/policies/ranking-model.ts';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import type { Fixable } from '../findings/finding.queries.ts';
import type { OpenChange } from './overlay-change.ts';
import type { KeptPatch } from './patch.queries.ts';
import type { BoardPatch, PatchAsset } from './read-board.ts';

/** A patch before it is ranked. */
export interface Draft {
  row: KeptPatch;
  group: PatchGroup;
  states: PatchAsset[];
  openChanges: OpenChange[];
  /** What the patch clears, on the assets that are offered it. */
  detections: Detection[];
}

/** What an update to this version clears on the assets that are offered it. */
export function clearedBy(
  { ecosystem, to_version }: KeptPatch,
  fixes: readonly Fixable[],
  offered: ReadonlyMap<string, unknown>,
): Detection[] {
  return fixes.flatMap(({ vulnerability, fixed_version, found }) => {
    const order = compareIn(ecosystem, fixed_version, to_version);
    if (order === null || order > 0) return [];
    return found
      .filter(({ asset }) => offered.has(asset))
      .map(({ asset, detected_at }) => ({ vulnerability, asset, detected_at }));
  });
}

/** What ranks are computed from beside the fleet. */
export interface Knowledge {
  known: ReadonlyMap<string, VulnerabilityFacts>;
  feeds: readonly FeedFreshness[];
  model: VersionedModel;
}

/** Puts patches in order by what is known of what they clear. */
export function rankDrafts(drafts: readonly Draft[], { known, feeds, model }: Knowledge): BoardPatch[] {
  const byId = new Map(drafts.map((draft) => [draft.row.id, draft]));
  const hasLoaded = (feed: string) => feeds.some(({ id, as_of }) => id === feed && as_of !== null);
  const is_loaded = { kev: hasLoaded('kev'), cve: hasLoaded('cve') };
  return rankPatches(
    drafts.map((draft) => toFacts(draft, known, is_loaded)),
    feeds,
    model,
  ).flatMap((ranked) => {
    const draft = byId.get(ranked.facts.id);
    if (draft === undefined) return [];
    const { row, group, states, openChanges } = draft;
    return [{ id: row.id, group, first_seen_at: row.first_seen_at, ranked, assets: states, changes: openChanges }];
  });
}

function toFacts(
  { row, group, states, detections }: Draft,
  known: ReadonlyMap<string, VulnerabilityFacts>,
  is_loaded: PatchFacts['is_loaded'],
): PatchFacts {
  const lacking = states.filter(({ state, offered }) => state !== 'patched' && offered.length > 0);
  const reports = states.flatMap(({ asset }) => (asset.last_check_in_at === null ? [] : [asset.last_check_in_at]));
  const named = [...new Set(detections.map(({ vulnerability }) => vulnerability))].sort();
  const facts = named.flatMap((id) => known.get(id) ?? []);
  return {
    id: row.id,
    source: row.source,
    to_version: row.to_version,
    is_security: group.is_security,
    vulnerabilities: facts.filter(({ is_rejected }) => !is_rejected),
    ruled_out: facts.filter(({ is_rejected }) => is_rejected).map(({ id }) => id),
    detections,
    affected: lacking.map(({ asset: { id, hostname, criticality, data_sensitivity, exposure } }) => ({
      id,
      hostname,
      worth: { criticality, data_sensitivity, exposure },
    })),
    counts: { total: states.length, unknown: states.filter(({ state }) => state === 'unknown').length },
    reboot_package: rebootPackage(group.packages),
    first_seen_at: row.first_seen_at,
    inventory_as_of: reports.sort().at(-1) ?? null,
    is_loaded,
  };
}
