import type { ReleaseCycle } from '@fleetmend/domain/advisories/read-end-of-life.ts';
import { sql } from 'kysely';
import { type AdvisoryTable, countStaged } from './advisory-table.store.ts';

/** Release cycles, a few thousand, replaced as one; of a cycle that is told twice the first counts. */
export const releaseCycleTable: AdvisoryTable<ReleaseCycle> = {
  batch: 5000,
  async stage(db) {
    await sql`CREATE TEMP TABLE staged_release_cycle (LIKE advisory_release_cycle INCLUDING INDEXES) ON COMMIT DROP`.execute(
      db,
    );
  },
  async insert(db, cycles) {
    await sql`INSERT INTO staged_release_cycle SELECT product, cycle, codename, ends_on, extended_until, is_ended
      FROM jsonb_to_recordset(${JSON.stringify(cycles)}::jsonb) AS cycle (product text, cycle text, codename text, ends_on date,
        extended_until date, is_ended boolean) ON CONFLICT DO NOTHING`.execute(db);
  },
  countDistinct: (db) => countStaged(db, sql`SELECT count(*) AS n FROM staged_release_cycle`),
  async swap(db) {
    await sql`DELETE FROM advisory_release_cycle`.execute(db);
    await sql`INSERT INTO advisory_release_cycle SELECT * FROM staged_release_cycle`.execute(db);
  },
};
