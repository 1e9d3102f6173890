import type { EpssScore } from '@fleetmend/domain/advisories/read-epss.ts';
import { sql } from 'kysely';
import { type AdvisoryTable, countStaged } from './advisory-table.store.ts';

/** FIRST's scores, replaced as one: 360,000 rows of which a day changes some, so only those are written. */
export const epssTable: AdvisoryTable<EpssScore> = {
  batch: 5000,
  async stage(db) {
    await sql`CREATE TEMP TABLE staged_epss (cve text, score double precision, percentile double precision) ON COMMIT DROP`.execute(
      db,
    );
  },
  async insert(db, scores) {
    await sql`INSERT INTO staged_epss SELECT * FROM unnest(${scores.map(({ cve }) => cve)}::text[],
      ${scores.map(({ score }) => score)}::double precision[], ${scores.map(({ percentile }) => percentile)}::double precision[])`.execute(
      db,
    );
  },
  async countDistinct(db) {
    await sql`CREATE UNIQUE INDEX ON staged_epss (cve)`.execute(db);
    await sql`ANALYZE staged_epss`.execute(db);
    return countStaged(db, sql`SELECT count(*) AS n FROM staged_epss`);
  },
  async swap(db) {
    await sql`DELETE FROM advisory_epss e WHERE NOT EXISTS (SELECT FROM staged_epss s WHERE s.cve = e.cve)`.execute(db);
    await sql`UPDATE advisory_epss e SET score = s.score, percentile = s.percentile FROM staged_epss s
      WHERE s.cve = e.cve AND (s.score, s.percentile) IS DISTINCT FROM (e.score, e.percentile)`.execute(db);
    await sql`INSERT INTO advisory_epss SELECT s.* FROM staged_epss s
      WHERE NOT EXISTS (SELECT FROM advisory_epss e WHERE e.cve = s.cve)`.execute(db);
  },
};
