import type { Advisory, Affected } from '@fleetmend/domain/advisories/advisory.ts';
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
