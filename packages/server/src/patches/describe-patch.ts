import type { Output } from '@fleetmend/api/client.ts';
import { PATCH_STATES } from '@fleetmend/domain/inventory/asset.ts';
import { dueDates } from '@fleetmend/domain/patches/due-dates.ts';
import { explainPatch, strongestReasons } from '@fleetmend/domain/patches/explain-patch.ts';
import { isSecurityRelevant } from '@fleetmend/domain/patches/patch-facts.ts';
import type { Board, BoardPatch, PatchAsset } from './read-board.ts';

type Patch = Output<'readPatch'>;
type Explanation = Output<'explainPatch'>;
type Counts = Patch['counts'];

/** A patch shows this many of its assets' different blockers; each asset's own are in its list. */
const BLOCKERS = 5;

/** A patch as the API shows it; `asset` narrows its state to one machine's. */
export function describePatch(
  { id, group, ranked, first_seen_at, assets, changes }: BoardPatch,
  { feeds }: Board,
  asset: PatchAsset | null = null,
): Patch {
  const { vulnerabilities } = ranked.facts;
  const counts = countStates(assets);
  return {
    id,
    rank: ranked.rank,
    decision: ranked.decided.decision,
    score: ranked.score,
    why: strongestReasons(ranked),
    ecosystem: group.ecosystem,
    source: group.source,
    to_version: group.to_version,
    packages: group.packages,
    origin: group.origins.join(', '),
    is_security: group.is_security,
    vulnerabilities: vulnerabilities.map((each) => each.id),
    known_exploited: vulnerabilities.filter(({ known_exploited }) => known_exploited !== null).map((each) => each.id),
    counts,
    asset_state: asset?.state ?? null,
    blocked_by: asset?.blocked_by ?? distinctBlockers(assets),
    next_step: asset?.next_step ?? nextStep(assets, counts),
    change: changes.find(({ state }) => state !== 'done_with_failures')?.change ?? null,
    first_seen_at,
    due_at: dueDates(ranked.facts)[0]?.due_at ?? null,
    freshness: isSecurityRelevant(ranked.facts) ? feeds.flatMap(({ problem }) => problem ?? []) : [],
  };
}

/** Why a patch stands where it stands among those of the board. */
export function describeExplanation(
  patch: BoardPatch,
  { patches, feeds }: Board,
  moves: Explanation['moves'],
): Explanation {
  const ranked = patches.map((each) => each.ranked);
  return explainPatch(patch.ranked, ranked, { feeds, from: fromVersions(patch), moves });
}

/** How many assets stand in each of the five relations; they sum to the total by construction. */
export function countStates(assets: readonly PatchAsset[]): Counts {
  const counts = { patched: 0, missing: 0, waiting: 0, failed: 0, unknown: 0 };
  for (const { state } of assets) counts[state]++;
  return { ...counts, total: PATCH_STATES.reduce((sum, state) => sum + counts[state], 0) };
}

function fromVersions({ assets, group }: BoardPatch): string {
  const versions = [
    ...new Set(assets.flatMap(({ offered }) => offered.map((each) => each.source_installed_version))),
  ].sort();
  if (versions.length === 0) return group.packages[0]?.from_versions[0] ?? '';
  return versions.length === 1 ? (versions[0] ?? '') : `${versions[0]} and ${versions.length - 1} more`;
}

/** Each different reason once; one that speaks of "this machine" says which, since here it stands among many. */
function distinctBlockers(assets: readonly PatchAsset[]): Patch['blocked_by'] {
  const held = assets.flatMap(({ asset, blocked_by }) =>
    blocked_by.map((blocker) => ({ blocker, hostname: asset.hostname })),
  );
  const reasons = Map.groupBy(held, ({ blocker }) => `${blocker.kind}\n${blocker.text}`);
  return [...reasons.values()].slice(0, BLOCKERS).flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { blocker, hostname } = first;
    if (!blocker.text.startsWith('This machine ')) return [blocker];
    const who = same.length === 1 ? hostname : `${hostname} and ${same.length - 1} more`;
    return [{ ...blocker, text: `${who}: t${blocker.text.slice(1)}` }];
  });
}

function nextStep(assets: readonly PatchAsset[], { missing, failed, waiting, unknown }: Counts): string {
  if (failed > 0) return assets.find(({ state }) => state === 'failed')?.next_step ?? '';
  if (missing > 0)
    return `Put it into a change: ${missing === 1 ? '1 machine is' : `${missing} machines are`} missing it.`;
  if (waiting > 0) return assets.find(({ state }) => state === 'waiting')?.next_step ?? '';
  if (unknown > 0) return 'See why the agents of the machines that are unknown do not report.';
  return 'Nothing: every machine has it.';
}
