import { createHash } from 'node:crypto';
import { Problem } from '@fleetmend/api/problems.ts';
import { rankingDocument } from '@fleetmend/api/ranking.ts';
import { checkRankingModel, type RankingModel } from '@fleetmend/domain/policies/ranking-model.ts';
import type { z } from 'zod';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, enqueue } from '../platform/context.ts';
import { type RankingVersion, readRanking } from './ranking.queries.ts';
import { insertRankingVersion, lockRanking } from './ranking.store.ts';
import { type DocumentKind, readDocument } from './yaml-document.ts';

const RANKING: DocumentKind<z.output<typeof rankingDocument>> = {
  what: 'ranking',
  problem: 'ranking-invalid',
  schema: rankingDocument,
  check: checkRankingModel,
};

/**
 * Reads the weights of a ranking from YAML; keys that are absent have the value of the first version.
 * @throws Problem `ranking-invalid`, each error with its line and column.
 */
export function readRankingWeights(yaml: string): RankingModel {
  const { kind: _kind, ...weights } = readDocument(yaml, RANKING);
  return weights;
}

/**
 * Keeps weights as the newest version; the very text that stands already makes none.
 * @throws Problem `ranking-invalid`, or `precondition-failed` when another version has come since the one that was read
 */
export async function putRanking(ctx: Ctx, yaml: string, readVersion: string): Promise<RankingVersion> {
  const weights = readRankingWeights(yaml);
  await lockRanking(ctx.db);
  const before = await readRanking(ctx.db);
  if (String(before.version) !== readVersion)
    throw new Problem('precondition-failed', `Version ${before.version} stands now; you had read ${readVersion}.`);
  if (before.yaml === yaml) return before;
  const sha256 = createHash('sha256').update(yaml, 'utf8').digest('hex');
  const version = before.version + 1;
  await insertRankingVersion(ctx.db, { version, yaml, sha256, weights, written_by: ctx.actor.label }, ctx.now);
  await recordAudit(ctx, { verb: 'ranking.edit', object: 'ranking', detail: { version, sha256 } });
  await enqueue(ctx, 'patches.note-moves', {}, { key: 'patches:moves' });
  return readRanking(ctx.db);
}
