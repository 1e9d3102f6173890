import type { Advisory, Affected } from '@fleetmend/domain/advisories/advisory.ts';
import { plainAdvisory } from '@fleetmend/domain/advisories/advisory.ts';
import type { VendorUpdate } from '@fleetmend/domain/advisories/read-msrc.ts';
import type { Rule } from '@fleetmend/domain/advisories/rule.ts';
import type { JudgedRule } from '@fleetmend/domain/findings/judge-rule.ts';
import { sql } from 'kysely';
import type { StoredSoftware } from '../inventory/contents.queries.ts';
import { type Db, first, rows } from '../platform/database.ts';

export type StoredRule = JudgedRule & { id: number };

/** Every system that packages have been looked at on. */
export async function listSystems(db: Db): Promise<string[]> {
  // From one to the next by the index, since there are few systems and many packages.
  const found = await rows(
    db,
    sql<{ system: string }>`WITH RECURSIVE known AS (
        (SELECT min(system) AS system FROM finding_match)
        UNION ALL SELECT (SELECT min(m.system) FROM finding_match m WHERE m.system > known.system) FROM known WHERE known.system IS NOT NULL
      ) SELECT system FROM known WHERE system IS NOT NULL`,
  );
  return found.map(({ system }) => system);
}

/** The packages looked at on a system that a rule about one of these names may be about. */
export async function readNamed(db: Db, system: string, names: readonly string[]): Promise<StoredSoftware[]> {
  return rows(
    db,
    sql<StoredSoftware>`SELECT s.id, s.ecosystem, s.name, s.version, s.architecture, s.source, s.source_version, nullif(s.module, '') AS module
      FROM (SELECT DISTINCT software FROM finding_name WHERE name = ANY (${[...names]}::text[])) AS n
        JOIN finding_match m ON m.system = ${system} AND m.software = n.software JOIN inventory_software s ON s.id = n.software`,
  );
}

interface RuleRow extends Omit<Affected, 'package'>, Omit<Rule, 'advisory' | 'affected'> {
  id: number;
  advisory: string;
  package: string;
}

/** The rules about these packages on these platforms, without those whose advisory was withdrawn. */
export async function readRules(
  db: Db,
  platforms: readonly string[],
  packages: readonly string[],
): Promise<StoredRule[]> {
  const found = await rows(
    db,
    sql<RuleRow>`SELECT r.id, r.feed, r.advisory, r.ecosystem, r.package, r.names, r.ranges, r.versions, r.architectures, r.unfixed,
        r.vendor_ids, r.module, r.lines, r.updates, r.reason, r.severity
      FROM advisory_rule r
      WHERE r.platform = ANY (${[...platforms]}) AND r.package = ANY (${[...packages]})
        AND NOT EXISTS (SELECT FROM advisory a WHERE (a.feed, a.id) = (r.feed, r.advisory) AND a.withdrawn IS NOT NULL)
      ORDER BY r.id`,
  );
  return found.map((row) => ({ ...toRule(row), id: row.id, advisory: { id: row.advisory, withdrawn: null } }));
}

type FullRow = RuleRow & Pick<Advisory, 'vulnerabilities' | 'published' | 'modified' | 'withdrawn'>;

const fullRule = sql`r.id, r.feed, r.advisory, r.ecosystem, r.package, r.names, r.ranges, r.versions, r.architectures, r.unfixed,
  r.vendor_ids, r.module, r.lines, r.updates, r.reason, r.severity, a.vulnerabilities, a.published, a.modified, a.withdrawn`;

/** The rules that match each of these packages on a system; a package that was not looked at yet is left out. */
export async function readMatches(db: Db, system: string, packages: readonly number[]): Promise<Map<number, number[]>> {
  const found = await rows(
    db,
    sql<{ software: number; rules: number[] }>`SELECT software, rules FROM finding_match
      WHERE system = ${system} AND software = ANY (${[...packages]}::integer[])`,
  );
  return new Map(found.map(({ software, rules }) => [software, rules]));
}

/** Rules in full, by their ids. */
export async function readFullRules(db: Db, ids: readonly number[]): Promise<Map<number, Rule>> {
  if (ids.length === 0) return new Map();
  const found = await rows(
    db,
    sql<FullRow>`SELECT ${fullRule} FROM advisory_rule r JOIN advisory a ON (a.feed, a.id) = (r.feed, r.advisory)
      WHERE r.id = ANY (${[...ids]}::integer[])`,
  );
  return new Map(found.map((row) => [row.id, toFullRule(row)]));
}

/** The feeds that have loaded anything. */
export async function listLoadedFeeds(db: Db): Promise<string[]> {
  const found = await rows(db, sql<{ id: string }>`SELECT id FROM feed_source WHERE records > 0`);
  return found.map(({ id }) => id);
}

/** What these feeds say of these vulnerabilities in these packages on these platforms. */
export async function readRulesOf(
  db: Db,
  {
    feeds,
    platforms,
    packages,
    vulnerabilities,
  }: Record<'feeds' | 'platforms' | 'packages' | 'vulnerabilities', readonly string[]>,
): Promise<Rule[]> {
  const found = await rows(
    db,
    sql<FullRow>`SELECT ${fullRule} FROM advisory_rule r JOIN advisory a ON (a.feed, a.id) = (r.feed, r.advisory)
      WHERE r.feed = ANY (${[...feeds]}) AND r.platform = ANY (${[...platforms]}) AND r.package = ANY (${[...packages]})
        AND a.vulnerabilities && ${[...vulnerabilities]}::text[] AND a.withdrawn IS NULL ORDER BY r.id`,
  );
  return found.map(toFullRule);
}

/** Every update that rules about one of these packages of Windows name. */
export async function listVendorUpdates(db: Db, packages: readonly string[]): Promise<VendorUpdate[]> {
  return rows(
    db,
    sql<VendorUpdate>`SELECT DISTINCT u.kb, u.supersedes, u.fixed_build FROM advisory_rule r,
        jsonb_to_recordset(r.updates) AS u (kb text, supersedes text[], fixed_build text)
      WHERE r.platform = 'windows' AND r.package = ANY (${[...packages]})`,
  );
}

function toRule({ ecosystem, package: name, ranges, versions, severity, ...row }: RuleRow) {
  return { ...row, affected: { ecosystem, package: name, ranges, versions, severity } };
}

function toFullRule({ vulnerabilities, published, modified, withdrawn, ...row }: FullRow): Rule & { id: number } {
  const advisory = plainAdvisory(row.advisory, vulnerabilities, { published, modified, withdrawn });
  return { ...toRule(row), advisory };
}

/** Whether advisories have changed since packages were last matched. */
export async function hasChangedKeys(db: Db): Promise<boolean> {
  return (await first(db, sql`SELECT FROM advisory_changed_key LIMIT 1`)) !== null;
}
