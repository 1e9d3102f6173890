import { cvss3BaseScore, parseCvss3 } from '@fleetmend/domain/advisories/cvss/cvss3.ts';
import { sql } from 'kysely';
import type { OsvRecord } from '../feeds/sources/osv.ts';
import { type AdvisoryTable, countStaged } from './advisory-table.store.ts';

/**
 * OSV advisories, replaced as one. A record whose content did not change is not touched. Different records under one id (a
 * publisher's file for each release) are one advisory, with the packages of all of them.
 */
export const osvTable: AdvisoryTable<OsvRecord> = {
  batch: 500,
  async stage(db) {
    await sql`CREATE TEMP TABLE staged_advisory (id text, digest bytea, body jsonb) ON COMMIT DROP`.execute(db);
  },
  async insert(db, records) {
    const bodies = records.map((record) => JSON.stringify({ ...record, ...bestCvss(record) }));
    await sql`INSERT INTO staged_advisory SELECT id, sha256(convert_to(body, 'UTF8')), body::jsonb
      FROM unnest(${records.map(({ id }) => id)}::text[], ${bodies}::text[]) AS staged (id, body)`.execute(db);
  },
  async countDistinct(db) {
    await sql`CREATE INDEX ON staged_advisory (id)`.execute(db);
    await sql`ANALYZE staged_advisory`.execute(db);
    return countStaged(db, sql`SELECT count(DISTINCT id) AS n FROM staged_advisory`);
  },
  async swap(db) {
    await sql`CREATE TEMP TABLE staged_id ON COMMIT DROP AS SELECT id, sha256(string_agg(digest, ''::bytea ORDER BY digest)) AS digest
      FROM staged_advisory GROUP BY id`.execute(db);
    await sql`DELETE FROM advisory a WHERE NOT EXISTS (SELECT FROM staged_id s WHERE s.id = a.id AND s.digest = a.digest)`.execute(
      db,
    );
    await sql`DELETE FROM staged_id s USING advisory a WHERE a.id = s.id`.execute(db);
    await sql`INSERT INTO advisory (id, digest, aliases, vulnerabilities, summary, published, modified, withdrawn, vectors, cvss, cvss_vector,
        severity, ingested_at)
      SELECT DISTINCT ON (s.id) s.id, i.digest, b.aliases, b.vulnerabilities, b.summary, b.published, b.modified, b.withdrawn, b.vectors,
        b.cvss, b.cvss_vector, b.severity, now()
      FROM staged_id i JOIN staged_advisory s USING (id), jsonb_to_record(s.body) AS b (aliases text[], vulnerabilities text[],
        summary text, published timestamptz, modified timestamptz, withdrawn timestamptz, vectors jsonb, cvss double precision,
        cvss_vector text, severity text)
      ORDER BY s.id, s.digest`.execute(db);
    await sql`INSERT INTO advisory_affected (advisory, position, ecosystem, package, ranges, versions, severity)
      SELECT s.id, row_number() OVER (PARTITION BY s.id ORDER BY s.digest, entry.position), entry.value->>'ecosystem',
        entry.value->>'package', entry.value->'ranges', ARRAY(SELECT jsonb_array_elements_text(entry.value->'versions')),
        entry.value->>'severity'
      FROM staged_id i JOIN (SELECT DISTINCT ON (id, digest) * FROM staged_advisory ORDER BY id, digest) s USING (id),
        jsonb_array_elements(s.body->'affected') WITH ORDINALITY AS entry (value, position)`.execute(db);
  },
};

/** The highest CVSS 3 base score that a record's own vectors give; null where it has none that can be read. */
function bestCvss({ vectors }: OsvRecord): { cvss: number | null; cvss_vector: string | null } {
  let best: { cvss: number | null; cvss_vector: string | null } = { cvss: null, cvss_vector: null };
  for (const { vector } of vectors) {
    const cvss = parseCvss3(vector);
    if (cvss === null) continue;
    const score = cvss3BaseScore(cvss);
    if (best.cvss === null || score > best.cvss) best = { cvss: score, cvss_vector: vector };
  }
  return best;
}
