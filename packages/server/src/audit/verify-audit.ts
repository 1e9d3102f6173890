import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { CHAIN_START, verifyChain } from '@fleetmend/domain/audit/hash-chain.ts';
import type { Ctx } from '../platform/context.ts';
import { readEntriesAfter } from './audit.queries.ts';

/** Entries held in memory at once, however long the log is. */
const PIECE = 2000;

const PROVES =
  'Each entry follows from all before it: none was altered, removed, added or moved between the first and the head shown here. ' +
  'That the newest were not cut off, or the whole log rewritten, is proven only by comparing with a head you wrote down elsewhere.';

/** Recomputes the chain from its first entry, piece by piece. */
export async function verifyAudit(ctx: Ctx) {
  let state = CHAIN_START;
  let broken_at: number | null = null;
  while (broken_at === null) {
    const piece = await readEntriesAfter(ctx.db, state.sequence, PIECE);
    const result = verifyChain(piece, nodeCryptography, state);
    ({ state, broken_at } = result);
    if (piece.length < PIECE) break;
  }
  return {
    is_intact: broken_at === null,
    entries: state.sequence,
    head: state.sequence === 0 ? null : state.head,
    broken_at,
    proves: PROVES,
    checked_at: ctx.now.toISOString(),
  };
}
