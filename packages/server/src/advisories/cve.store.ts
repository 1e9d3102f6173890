import type { CveRecord } from '@fleetmend/domain/advisories/read-cve.ts';
import { sql } from 'kysely';
import { type AdvisoryTable, countStaged } from './advisory-table.store.ts';

/** CVE records, replaced as one; rows that did not change stay as they are. */
export const cveTable: AdvisoryTable<CveRecord> = {
  batch: 2000,
  async stage(db) {
    await sql`CREATE TEMP TABLE staged_cve (LIKE advisory_cve) ON COMMIT DROP`.execute(db);
  },
  async insert(db, records) {
    const staged = records.map(({ ssvc, ...each }) => ({ ...each, ...ssvc }));
    await sql`INSERT INTO staged_cve SELECT cve, is_rejected, published, cvss, exploitation, automatable, technical_impact, as_of
      FROM jsonb_to_recordset(${JSON.stringify(staged)}::jsonb) AS record (cve text, is_rejected boolean, published timestamptz,
        cvss jsonb, exploitation text, automatable text, technical_impact text, as_of timestamptz)`.execute(db);
  },
  async countDistinct(db) {
    await sql`CREATE UNIQUE INDEX ON staged_cve (cve)`.execute(db);
    await sql`ANALYZE staged_cve`.execute(db);
    return countStaged(db, sql`SELECT count(*) AS n FROM staged_cve`);
  },
  async swap(db) {
    await sql`DELETE FROM advisory_cve c WHERE NOT EXISTS (SELECT FROM staged_cve s WHERE s.cve = c.cve AND s = c)`.execute(
      db,
    );
    await sql`INSERT INTO advisory_cve SELECT s.* FROM staged_cve s
      WHERE NOT EXISTS (SELECT FROM advisory_cve c WHERE c.cve = s.cve)`.execute(db);
  },
};
