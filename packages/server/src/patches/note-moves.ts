import {
  describeMove,
  judgeMove,
  type PatchMove,
  type PatchStanding,
  standingOf,
} from '@fleetmend/domain/patches/patch-move.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, emit } from '../platform/context.ts';
import { insertMoves, keepStandings, lockStandings } from './patch-move.store.ts';
import { type BoardPatch, readBoard } from './read-board.ts';

/**
 * Compares where each patch stands with where it stood at the last look, and writes down which were raised or lowered, and
 * why. A patch that is looked at for the first time has not moved. Run twice it changes nothing more.
 */
export async function noteMoves(ctx: Ctx): Promise<void> {
  const before = await lockStandings(ctx.db);
  const { patches } = await readBoard(ctx, NO_CHANGES);
  const moves: { patch: string; move: PatchMove }[] = [];
  const standings = new Map<string, PatchStanding>();
  for (const { id, ranked } of patches) {
    const last = before.get(id);
    const move = last === undefined ? null : judgeMove(last, ranked);
    if (move !== null) moves.push({ patch: id, move });
    standings.set(id, standingOf(ranked));
  }
  if (standings.size > 0) await keepStandings(ctx.db, standings);
  if (moves.length === 0) return;
  await insertMoves(ctx.db, moves, ctx.now);
  const names = new Map(patches.map((each) => [each.id, nameOf(each)]));
  for (const { patch, move } of moves) await tell(ctx, patch, { name: names.get(patch) ?? patch, move });
}

/** A rank does not depend on what is being shipped. */
const NO_CHANGES = async () => new Map();

function nameOf({ group }: BoardPatch): string {
  return `${group.source} ${group.to_version}`;
}

async function tell(ctx: Ctx, patch: string, { name, move }: { name: string; move: PatchMove }): Promise<void> {
  const isRaised = move.direction === 'raised';
  await recordAudit(ctx, {
    verb: isRaised ? 'patch.raise' : 'patch.lower',
    object: `patch/${patch}`,
    detail: { name, step: describeMove(move), reason: move.reasons.join('; ') },
  });
  if (isRaised) await emit(ctx, 'patch.raised', { patch });
}
