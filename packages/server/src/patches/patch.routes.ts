import { Problem } from '@fleetmend/api/problems.ts';
import { type DueDate, dueDates } from '@fleetmend/domain/patches/due-dates.ts';
import type { FastifyInstance } from 'fastify';
import { bind, type Given } from '../platform/bind.ts';
import type { Ctx } from '../platform/context.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { describeExplanation, describePatch } from './describe-patch.ts';
import { listFindings, readFinding } from './list-findings.ts';
import type { ReadOpenChanges } from './overlay-change.ts';
import { readPatchRow } from './patch.store.ts';
import { listMoves } from './patch-move.store.ts';
import { previewRanking } from './preview-ranking.ts';
import { type Board, type BoardPatch, type PatchAsset, readBoard } from './read-board.ts';
import { readRiskCurve } from './read-risk-curve.ts';

/** How many of its moves an explanation shows. */
const SHOWN_MOVES = 10;

/** Binds the patches' endpoints, the findings', which are narrowed by patch, and what other weights would move. */
export function registerPatchesRoutes(
  app: FastifyInstance,
  services: Services,
  { readOpenChanges }: { readOpenChanges: ReadOpenChanges },
): void {
  bind(app, services, 'listPatches', async (ctx, { query }) => {
    const board = await readBoard(ctx, readOpenChanges);
    const after = readCursor(query.cursor, 1)?.[0];
    const found = board.patches
      .filter(({ ranked }) => after === undefined || ranked.rank > Number(after))
      .flatMap((patch) => narrow(patch, query));
    return toPage(
      found,
      query.limit,
      ({ patch }) => [patch.ranked.rank],
      ({ patch, asset }) => describePatch(patch, board, asset),
    );
  });
  bind(app, services, 'readPatch', async (ctx, { params }) => {
    const { board, patch } = await findPatch(ctx, params.id, readOpenChanges);
    return describePatch(patch, board);
  });
  bind(app, services, 'explainPatch', async (ctx, { params }) => {
    const { board, patch } = await findPatch(ctx, params.id, readOpenChanges);
    return describeExplanation(patch, board, await listMoves(ctx.db, patch.id, SHOWN_MOVES));
  });
  bind(app, services, 'listPatchAssets', async (ctx, { params, query }) => {
    const { patch } = await findPatch(ctx, params.id, readOpenChanges);
    const after = readCursor(query.cursor, 2)?.join('\n');
    const place = ({ asset }: PatchAsset) => [asset.hostname, asset.id];
    const found = patch.assets
      .filter((each) => after === undefined || place(each).join('\n') > after)
      .sort((a, b) => (place(a).join('\n') < place(b).join('\n') ? -1 : 1));
    const due = new Map(dueDates(patch.ranked.facts).map((each) => [each.asset, each]));
    return toPage(found, query.limit, place, (each) => describeAsset(each, due.get(each.asset.id)));
  });
  bind(app, services, 'readRiskCurve', (ctx, { query }) => readRiskCurve(ctx, readOpenChanges, query.share));
  bind(app, services, 'listFindings', (ctx, { query }) =>
    listFindings(ctx, query, (id) => findPatch(ctx, id, readOpenChanges)),
  );
  bind(app, services, 'previewRanking', (ctx, { body }) => previewRanking(ctx, body.yaml));
  bind(app, services, 'readFinding', (ctx, { params }) => readFinding(ctx, params.id));
}

/** @throws Problem `not-found` */
async function findPatch(
  ctx: Ctx,
  id: string,
  readOpenChanges: ReadOpenChanges,
): Promise<{ board: Board; patch: BoardPatch }> {
  const row = await readPatchRow(ctx.db, id);
  if (row === null) throw new Problem('not-found', `There is no patch "${id}".`);
  const board = await readBoard(ctx, readOpenChanges, row);
  const patch = board.patches.find((each) => each.id === row.id);
  if (patch === undefined) throw new Problem('not-found', `There is no patch "${id}".`);
  return { board, patch };
}

type Query = Given<'listPatches'>['query'];

/** A patch if it is asked for, with the relation of the asset that is asked about. */
function narrow(
  patch: BoardPatch,
  { decision, asset, search, security }: Query,
): { patch: BoardPatch; asset: PatchAsset | null }[] {
  const { group, ranked } = patch;
  if (decision !== undefined && ranked.decided.decision !== decision) return [];
  if (security !== undefined && String(group.is_security) !== security) return [];
  if (search !== undefined && !isMentioned(patch, search.toLowerCase())) return [];
  if (asset === undefined) return [{ patch, asset: null }];
  const own = patch.assets.find(
    (each) => each.offered.length > 0 && (each.asset.id === asset || each.asset.hostname === asset),
  );
  return own === undefined ? [] : [{ patch, asset: own }];
}

function isMentioned({ id, group, ranked }: BoardPatch, search: string): boolean {
  const texts = [
    id,
    group.source,
    ...group.packages.map(({ name }) => name),
    ...ranked.facts.vulnerabilities.map((each) => each.id),
  ];
  return texts.some((text) => text.toLowerCase().includes(search));
}

function describeAsset({ asset, state, offered, blocked_by, next_step }: PatchAsset, due: DueDate | undefined) {
  const packages = offered.map(({ name, installed_version, candidate_version }) => ({
    name,
    from: installed_version,
    to: candidate_version,
  }));
  return {
    asset: asset.id,
    hostname: asset.hostname,
    state,
    packages,
    due: due === undefined ? null : { due_at: due.due_at, text: due.text },
    blocked_by,
    next_step,
    last_check_in_at: asset.last_check_in_at,
  };
}
