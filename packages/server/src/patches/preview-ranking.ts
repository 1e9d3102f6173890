import type { Output } from '@fleetmend/api/client.ts';
import { type RankedPatch, rankPatches } from '@fleetmend/domain/patches/rank-patches.ts';
import { mostPoints } from '@fleetmend/domain/policies/ranking-model.ts';
import type { Ctx } from '../platform/context.ts';
import { readRankingWeights } from '../policies/put-ranking.ts';
import { readRanking } from '../policies/ranking.queries.ts';
import { readBoard } from './read-board.ts';

/** How many moves are told; all of them are counted. */
const MOST_MOVES = 200;

type Preview = Output<'previewRanking'>;

/**
 * What weights would move if they were kept: every patch that would come into another bucket or another place, in the order
 * in which they would be shipped. Nothing is written. @throws Problem `ranking-invalid`
 */
export async function previewRanking(ctx: Ctx, yaml: string): Promise<Preview> {
  const weights = readRankingWeights(yaml);
  const [board, now] = await Promise.all([readBoard(ctx, async () => new Map()), readRanking(ctx.db)]);
  const before = new Map(board.patches.map(({ id, ranked }) => [id, ranked]));
  const facts = board.patches.map(({ ranked }) => ranked.facts);
  const next = { ...now, version: now.version + 1, weights };
  const moves = rankPatches(facts, board.feeds, next).flatMap((after) =>
    describeMove(before.get(after.facts.id), after),
  );
  return {
    weights,
    most_points: mostPoints(weights),
    moved: moves.length,
    of: facts.length,
    moves: moves.slice(0, MOST_MOVES),
  };
}

function describeMove(before: RankedPatch | undefined, after: RankedPatch): Preview['moves'] {
  const [from, to] = [placeOf(before ?? after), placeOf(after)];
  if (from.rank === to.rank && from.decision === to.decision) return [];
  const { id: patch, source, to_version } = after.facts;
  return [{ patch, source, to_version, from, to }];
}

function placeOf({ rank, decided, score }: RankedPatch) {
  return { rank, decision: decided.decision, score };
}
