import type { RankingModel } from '@fleetmend/domain/policies/ranking-model.ts';
import { sql } from 'kysely';
import type { Db } from '../platform/database.ts';

/** Two people who write the ranking do so one after the other. Held until the transaction ends. */
export async function lockRanking(db: Db): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('ranking', 0))`.execute(db);
}

/** Adds a version; the caller holds the lock. */
export async function insertRankingVersion(
  db: Db,
  ranking: { version: number; yaml: string; sha256: string; weights: RankingModel; written_by: string },
  now: Date,
): Promise<void> {
  await sql`INSERT INTO ranking_version (version, yaml, sha256, weights, written_at, written_by)
    VALUES (${ranking.version}, ${ranking.yaml}, ${ranking.sha256}, ${JSON.stringify(ranking.weights)}::jsonb, ${now},
      ${ranking.written_by})`.execute(db);
}
