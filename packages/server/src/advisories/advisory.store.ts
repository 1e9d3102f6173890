import { packageKey } from '@fleetmend/domain/advisories/package-key.ts';
import type { AdvisoryRecord, Rule } from '@fleetmend/domain/advisories/rule.ts';
import { sql } from 'kysely';
import type { AdvisoryFeedId } from '../feeds/registry.ts';
import { type Db, rows } from '../platform/database.ts';
import { type AdvisoryTable, countStaged } from './advisory-table.store.ts';

/**
 * The advisories of one feed, replaced as one. One whose content did not change is not touched. Different records under
 * one id (a publisher's file for each release, a package's part of it) are one advisory, with the rules of all of them.
 */
export function advisoryTable(feed: AdvisoryFeedId): AdvisoryTable<AdvisoryRecord> {
  return {
    batch: 500,
    async stage(db) {
      await sql`CREATE TEMP TABLE staged_advisory (id text, digest bytea, body jsonb) ON COMMIT DROP`.execute(db);
    },
    async insert(db, records) {
      const ids = records.map(({ advisory }) => advisory.id);
      const bodies = records.map((record) => JSON.stringify(toBody(record)));
      await sql`INSERT INTO staged_advisory SELECT id, sha256(convert_to(body, 'UTF8')), body::jsonb
        FROM unnest(${ids}::text[], ${bodies}::text[]) AS staged (id, body)`.execute(db);
    },
    async countDistinct(db) {
      await sql`CREATE INDEX ON staged_advisory (id)`.execute(db);
      await sql`ANALYZE staged_advisory`.execute(db);
      return countStaged(db, sql`SELECT count(DISTINCT id) AS n FROM staged_advisory`);
    },
    async swap(db) {
      await sql`CREATE TEMP TABLE staged_id ON COMMIT DROP AS
        SELECT id, sha256(string_agg(DISTINCT digest, ''::bytea ORDER BY digest)) AS digest FROM staged_advisory GROUP BY id`.execute(
        db,
      );
      await sql`DELETE FROM staged_id s USING advisory a WHERE a.feed = ${feed} AND a.id = s.id AND a.digest = s.digest`.execute(
        db,
      );
      await sql`CREATE TEMP TABLE stale_id ON COMMIT DROP AS SELECT a.id FROM advisory a WHERE a.feed = ${feed}
        AND (EXISTS (SELECT FROM staged_id s WHERE s.id = a.id) OR NOT EXISTS (SELECT FROM staged_advisory s WHERE s.id = a.id))`.execute(
        db,
      );
      await sql`WITH removed AS (
          DELETE FROM advisory_rule r USING stale_id s WHERE r.feed = ${feed} AND r.advisory = s.id RETURNING r.platform, r.package
        ) INSERT INTO advisory_changed_key SELECT DISTINCT platform, package FROM removed`.execute(db);
      await sql`DELETE FROM advisory a USING stale_id s WHERE a.feed = ${feed} AND a.id = s.id`.execute(db);
      await sql`INSERT INTO advisory (feed, id, digest, aliases, vulnerabilities, summary, published, modified, withdrawn, vectors,
          severity, "references", is_exploited, ingested_at)
        SELECT DISTINCT ON (i.id) ${feed}, i.id, i.digest, b.aliases, b.vulnerabilities, b.summary, b.published, b.modified,
          b.withdrawn, b.vectors, b.severity, b."references", b.is_exploited, now()
        FROM staged_id i JOIN staged_advisory s USING (id), jsonb_to_record(s.body) AS b (aliases text[], vulnerabilities text[],
          summary text, published timestamptz, modified timestamptz, withdrawn timestamptz, vectors jsonb,
          severity text, "references" text[], is_exploited boolean)
        ORDER BY i.id, s.digest`.execute(db);
      await sql`WITH added AS (
          INSERT INTO advisory_rule (feed, advisory, platform, package, ecosystem, names, ranges, versions, architectures, unfixed,
            vendor_ids, module, lines, updates, reason, severity)
          SELECT ${feed}, s.id, r.platform, r.package, r.ecosystem, r.names, r.ranges, r.versions, r.architectures, r.unfixed,
            r.vendor_ids, r.module, r.lines, r.updates, r.reason, r.severity
          FROM staged_id i JOIN (SELECT DISTINCT ON (id, digest) * FROM staged_advisory ORDER BY id, digest) s USING (id),
            jsonb_to_recordset(s.body->'rules') AS r (platform text, package text, ecosystem text, names text, ranges jsonb,
              versions text[], architectures text[], unfixed text, vendor_ids text[], module text, lines text[], updates jsonb, reason text,
              severity text)
          ORDER BY s.id, s.digest
          RETURNING platform, package
        ) INSERT INTO advisory_changed_key SELECT DISTINCT platform, package FROM added`.execute(db);
    },
  };
}

/** Takes away, in any order, the packages of which something else is said since this was last asked. */
export async function takeChangedKeys(db: Db): Promise<{ platform: string; package: string }[]> {
  return rows(
    db,
    sql<{
      platform: string;
      package: string;
    }>`WITH taken AS (DELETE FROM advisory_changed_key RETURNING platform, package)
      SELECT DISTINCT platform, package FROM taken`,
  );
}

/** A record as it is staged; one that names no vulnerability stands for itself. */
function toBody({ advisory, rules }: AdvisoryRecord): object {
  const vulnerabilities = advisory.vulnerabilities.length > 0 ? advisory.vulnerabilities : [advisory.id];
  return { ...advisory, vulnerabilities, rules: rules.map(toRow) };
}

function toRow({ feed: _, advisory: __, affected, ...details }: Rule): object {
  const platform = affected.ecosystem.toLowerCase();
  return { ...details, ...affected, platform, package: packageKey(platform, affected.package) };
}
