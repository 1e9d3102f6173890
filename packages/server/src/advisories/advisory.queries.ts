import type { Advisory, Affected } from '@fleetmend/domain/advisories/advisory.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

/** Every entry that says something is wrong with one of these packages on one of these platforms (in small letters), by package. */
export async function readAffected(
  db: Db,
  platforms: readonly string[],
  packages: readonly string[],
): Promise<Map<string, { advisory: Advisory; affected: Affected }[]>> {
  const found = await rows(
    db,
    sql<
      Advisory & { affected: Affected }
    >`SELECT a.id, a.aliases, a.vulnerabilities, a.summary, a.published, a.modified, a.withdrawn, a.vectors, a.severity, a.is_exploited,
        jsonb_build_object('ecosystem', r.ecosystem, 'package', r.package, 'ranges', r.ranges, 'versions', r.versions,
          'severity', r.severity) AS affected
      FROM advisory_rule r JOIN advisory a ON (a.feed, a.id) = (r.feed, r.advisory)
      WHERE r.platform = ANY (${[...platforms]}) AND r.package = ANY (${[...packages]}) AND r.unfixed <> 'not_affected'
      ORDER BY a.id, r.id`,
  );
  const byPackage = new Map<string, { advisory: Advisory; affected: Affected }[]>();
  for (const { affected, ...advisory } of found) {
    const entries = byPackage.get(affected.package) ?? [];
    entries.push({ advisory, affected });
    byPackage.set(affected.package, entries);
  }
  return byPackage;
}
