import {
  type Advisory,
  type Affected,
  SEVERITY_WORDS,
  type VulnerabilityFacts,
} from '@fleetmend/domain/advisories/advisory.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

/** Every entry that speaks of one of these packages in one of these ecosystems, by package. */
export async function readAffected(
  db: Db,
  ecosystems: readonly string[],
  packages: readonly string[],
): Promise<Map<string, { advisory: Advisory; affected: Affected }[]>> {
  const found = await rows(
    db,
    sql<
      Advisory & { affected: Affected }
    >`SELECT a.id, a.aliases, a.vulnerabilities, a.summary, a.published, a.modified, a.withdrawn, a.vectors, a.severity,
        to_jsonb(f) - 'advisory' - 'position' AS affected
      FROM advisory_affected f JOIN advisory a ON a.id = f.advisory
      WHERE f.ecosystem = ANY (${[...ecosystems]}) AND f.package = ANY (${[...packages]}) ORDER BY a.id, f.position`,
  );
  const byPackage = new Map<string, { advisory: Advisory; affected: Affected }[]>();
  for (const { affected, ...advisory } of found) {
    const entries = byPackage.get(affected.package) ?? [];
    entries.push({ advisory, affected });
    byPackage.set(affected.package, entries);
  }
  return byPackage;
}

interface FactsRow {
  id: string;
  date_added: string | null;
  due_date: string | null;
  is_ransomware: boolean | null;
  score: number | null;
  percentile: number | null;
  cvss: number | null;
  cvss_vector: string | null;
  cvss_advisory: string | null;
  severity: string | null;
  severity_advisory: string | null;
  published: string | null;
}

/**
 * What all feeds together know of each vulnerability. Scores and severities are taken only from advisories about that one
 * vulnerability: what a collection says is true of its worst, not of each.
 */
export async function readVulnerabilities(db: Db, ids: readonly string[]): Promise<Map<string, VulnerabilityFacts>> {
  const found = await rows(
    db,
    sql<FactsRow>`WITH single AS MATERIALIZED (
        SELECT a.id, a.vulnerabilities[1] AS cve, a.cvss, a.cvss_vector, a.severity, a.published FROM advisory a
        WHERE cardinality(a.vulnerabilities) = 1 AND a.withdrawn IS NULL AND a.vulnerabilities[1] = ANY (${[...ids]})
      ), scored AS (
        SELECT DISTINCT ON (cve) cve, id, cvss, cvss_vector, min(published) OVER (PARTITION BY cve) AS published
        FROM single ORDER BY cve, cvss DESC NULLS LAST, id
      ), rated AS (
        SELECT DISTINCT ON (single.cve) single.cve, single.id, word
        FROM single LEFT JOIN advisory_affected f ON f.advisory = single.id, unnest(ARRAY[single.severity, f.severity]) AS word
        WHERE word = ANY (${[...SEVERITY_WORDS]})
        ORDER BY single.cve, array_position(${[...SEVERITY_WORDS]}, word), single.id
      )
      SELECT v.id, k.date_added::text, k.due_date::text, k.is_ransomware, e.score, e.percentile, scored.cvss, scored.cvss_vector,
        scored.id AS cvss_advisory, rated.word AS severity, rated.id AS severity_advisory, scored.published
      FROM unnest(${[...ids]}::text[]) AS v (id)
      LEFT JOIN advisory_known_exploited k ON k.cve = v.id
      LEFT JOIN advisory_epss e ON e.cve = v.id
      LEFT JOIN scored ON scored.cve = v.id
      LEFT JOIN rated ON rated.cve = v.id`,
  );
  return new Map(found.map((row) => [row.id, describe(row)]));
}

function describe(row: FactsRow): VulnerabilityFacts {
  const { id, date_added, due_date, is_ransomware, score, percentile, cvss, cvss_vector, severity } = row;
  return {
    id,
    known_exploited: date_added === null ? null : { date_added, due_date, is_ransomware: is_ransomware === true },
    epss: score === null || percentile === null ? null : { score, percentile },
    cvss:
      cvss === null || cvss_vector === null
        ? null
        : { score: cvss, vector: cvss_vector, source: `OSV ${row.cvss_advisory}` },
    severity: severity === null ? null : { word: severity, source: `OSV ${row.severity_advisory}` },
    published: row.published,
  };
}
