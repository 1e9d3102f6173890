import { FIRST_MODEL, type VersionedModel } from '@fleetmend/domain/policies/ranking-model.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';
import { FIRST_YAML } from './first-ranking.ts';

/** One version of the ranking with the text that it was read from. */
export interface RankingVersion extends VersionedModel {
  yaml: string;
}

const FIRST: RankingVersion = { ...FIRST_MODEL, yaml: FIRST_YAML };

/** The weights that rank now. */
export async function readRanking(db: Db): Promise<RankingVersion> {
  const newest = await first(db, sql<RankingVersion>`SELECT * FROM ranking_version ORDER BY version DESC LIMIT 1`);
  return newest ?? FIRST;
}

/** One version; null for one that there is not. */
export async function readRankingVersion(db: Db, version: number): Promise<RankingVersion | null> {
  if (version === FIRST.version) return FIRST;
  return first(db, sql<RankingVersion>`SELECT * FROM ranking_version WHERE version = ${version}`);
}

/** Versions below `before`, newest first, one more than asked so that the caller sees whether there are more. */
export async function listRankingVersions(db: Db, before: number, limit: number): Promise<RankingVersion[]> {
  const written = await rows(
    db,
    sql<RankingVersion>`SELECT * FROM ranking_version WHERE version < ${before} ORDER BY version DESC LIMIT ${limit + 1}`,
  );
  return before > FIRST.version ? [...written, FIRST].slice(0, limit + 1) : written;
}
