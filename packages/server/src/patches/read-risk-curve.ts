import type { Output } from '@fleetmend/api/client.ts';
import type { AssetWorth } from '@fleetmend/domain/inventory/asset.ts';
import {
  describeCurve,
  type FindingRisk,
  findingRisk,
  patchesForShare,
  RISK_UNIT,
  riskCurve,
} from '@fleetmend/domain/patches/risk-curve.ts';
import { readVulnerabilities } from '../advisories/vulnerability.queries.ts';
import { listOpenVulnerabilities } from '../findings/finding.queries.ts';
import type { Ctx } from '../platform/context.ts';
import type { ReadOpenChanges } from './overlay-change.ts';
import { type Board, readBoard } from './read-board.ts';

/** Points of a curve that are sent; what comes after them removes next to nothing. */
const MAX_POINTS = 1000;

/** The smallest choice of patches that removes a share (0 to 1) of the risk, and how far each patch takes it. */
export async function readRiskCurve(
  ctx: Ctx,
  readOpenChanges: ReadOpenChanges,
  share: number,
): Promise<Output<'readRiskCurve'>> {
  const board = await readBoard(ctx, readOpenChanges);
  const { findings, not_counted } = await readRisks(ctx, board);
  const order = board.patches.map(({ id }) => id);
  const curve = riskCurve(findings, order);
  const patches = new Map(board.patches.map((each) => [each.id, each]));
  return {
    sentence: describeCurve(curve, { share, of: order.length }),
    share,
    count: patchesForShare(curve, share),
    of: order.length,
    total: curve.total / RISK_UNIT,
    removable: curve.removable / RISK_UNIT,
    not_counted,
    points: curve.points.slice(0, MAX_POINTS).flatMap(({ patch, gain, removed }) => {
      const found = patches.get(patch);
      if (found === undefined) return [];
      const { group, ranked } = found;
      return [
        {
          patch,
          source: group.source,
          to_version: group.to_version,
          decision: ranked.decided.decision,
          rank: ranked.rank,
          gain: gain / RISK_UNIT,
          gain_share: gain / curve.removable,
          removed_share: removed / curve.removable,
        },
      ];
    }),
  };
}

/** The risk of every open finding, and the patches that clear it; those whose chance nobody tells are counted apart. */
async function readRisks(ctx: Ctx, board: Board): Promise<{ findings: FindingRisk[]; not_counted: number }> {
  const open = await listOpenVulnerabilities(ctx.db);
  const known = await readVulnerabilities(ctx.db, [...new Set(open.map(({ vulnerability }) => vulnerability))]);
  const worths = new Map<string, AssetWorth>(board.assets.map((asset) => [asset.id, asset]));
  const clearing = indexPatches(board);
  const findings: FindingRisk[] = [];
  let not_counted = 0;
  for (const { ecosystem, source, vulnerability, assets } of open) {
    const facts = known.get(vulnerability);
    if (facts === undefined || facts.is_rejected) continue;
    for (const asset of assets) {
      const worth = worths.get(asset);
      if (worth === undefined) continue;
      const risk = findingRisk(facts, worth);
      const patches = clearing.get(`${ecosystem}\n${source}\n${vulnerability}\n${asset}`) ?? [];
      if (risk === null) not_counted++;
      else findings.push({ risk, patches });
    }
  }
  return { findings, not_counted };
}

/** Which patches clear which finding. */
function indexPatches({ patches }: Board): Map<string, string[]> {
  const clearing = new Map<string, string[]>();
  for (const { id, group, ranked } of patches) {
    for (const { vulnerability, asset } of ranked.facts.detections) {
      const key = `${group.ecosystem}\n${group.source}\n${vulnerability}\n${asset}`;
      const own = clearing.get(key) ?? [];
      own.push(id);
      clearing.set(key, own);
    }
  }
  return clearing;
}
