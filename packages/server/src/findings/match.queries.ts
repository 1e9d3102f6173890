import type { Advisory, Affected } from '@fleetmend/domain/advisories/advisory.ts';
import { plainAdvisory } from '@fleetmend/domain/advisories/advisory.ts';
import type { Rule } from '@fleetmend/domain/advisories/rule.ts';
import type { JudgedRule } from '@fleetmend/domain/findings/judge-rule.ts';
import type { AdvisoryMatch } from '@fleetmend/domain/findings/merge-matches.ts';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

export type StoredSoftware = Software & { id: number };
export type StoredRule = JudgedRule & { id: number };

const software = sql`s.id, s.ecosystem, s.name, s.version, s.architecture, s.source, s.source_version, nullif(s.module, '') AS module`;

/** Packages of an inventory that no rule has been held against yet on a system. */
export async function readUnmatched(db: Db, system: string, digest: Buffer): Promise<StoredSoftware[]> {
  return rows(
    db,
    sql<StoredSoftware>`SELECT ${software} FROM inventory_set_ids(${digest}) AS member JOIN inventory_software s ON s.id = member
      WHERE NOT EXISTS (SELECT FROM finding_match m WHERE m.system = ${system} AND m.software = member)`,
  );
}

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
export async function readNamed(db: Db, system: string, packages: readonly string[]): Promise<StoredSoftware[]> {
  const names = sql`${[...packages]}::text[]`;
  return rows(
    db,
    sql<StoredSoftware>`SELECT ${software} FROM inventory_software s JOIN finding_match m ON m.system = ${system} AND m.software = s.id
      WHERE s.name = ANY (${names}) OR s.source = ANY (${names})
        OR (s.ecosystem = 'PyPI' AND regexp_replace(lower(s.name), '[-_.]+', '-', 'g') = ANY (${names}))
        OR (s.module <> '' AND split_part(s.module, ':', 1) || ':' || split_part(s.module, ':', 2) || '::' || s.name = ANY (${names}))
        OR (s.source LIKE 'linux-signed%' AND EXISTS (SELECT FROM unnest(${names}) AS named WHERE named LIKE 'linux%'))`,
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
        r.vendor_ids, r.module, r.lines, r.reason, r.severity
      FROM advisory_rule r
      WHERE r.platform = ANY (${[...platforms]}) AND r.package = ANY (${[...packages]})
        AND NOT EXISTS (SELECT FROM advisory a WHERE (a.feed, a.id) = (r.feed, r.advisory) AND a.withdrawn IS NOT NULL)
      ORDER BY r.id`,
  );
  return found.map((row) => ({ ...toRule(row), id: row.id, advisory: { id: row.advisory, withdrawn: null } }));
}

export interface FullRule extends Rule {
  id: number;
}

type FullRow = RuleRow & Pick<Advisory, 'vulnerabilities' | 'published' | 'modified' | 'withdrawn'>;

const fullRule = sql`r.id, r.feed, r.advisory, r.ecosystem, r.package, r.names, r.ranges, r.versions, r.architectures, r.unfixed,
  r.vendor_ids, r.module, r.lines, r.reason, r.severity, a.vulnerabilities, a.published, a.modified, a.withdrawn`;

/** What the rules say of an asset's packages on its system, as it was last matched. */
export async function readMatches(
  db: Db,
  system: string,
  installed: ReadonlyMap<number, Software>,
): Promise<AdvisoryMatch[]> {
  const said = await rows(
    db,
    sql<{
      software: number;
      rule: number;
      state: AdvisoryMatch['state'];
      fixed: string | null;
    }>`SELECT m.software, each.rule,
        each.state, each.fixed
      FROM finding_match m, unnest(m.rules, m.states, m.fixed) AS each (rule, state, fixed)
      WHERE m.system = ${system} AND m.software = ANY (${[...installed.keys()]}::integer[])`,
  );
  const ids = [...new Set(said.map(({ rule }) => rule))];
  const full = await rows(
    db,
    sql<FullRow>`SELECT ${fullRule} FROM advisory_rule r JOIN advisory a ON (a.feed, a.id) = (r.feed, r.advisory)
      WHERE r.id = ANY (${ids}::integer[])`,
  );
  const rules = new Map(full.map((row) => [row.id, toFullRule(row)]));
  return said.flatMap(({ software: id, rule: ruleId, state, fixed }) => {
    const [package_, rule] = [installed.get(id), rules.get(ruleId)];
    return package_ === undefined || rule === undefined ? [] : [{ software: package_, rule, state, fixed }];
  });
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
  }: Record<'feeds' | 'platforms' | 'packages' | 'vulnerabilities', string[]>,
): Promise<FullRule[]> {
  const found = await rows(
    db,
    sql<FullRow>`SELECT ${fullRule} FROM advisory_rule r JOIN advisory a ON (a.feed, a.id) = (r.feed, r.advisory)
      WHERE r.feed = ANY (${feeds}) AND r.platform = ANY (${platforms}) AND r.package = ANY (${packages})
        AND a.vulnerabilities && ${vulnerabilities}::text[] AND a.withdrawn IS NULL ORDER BY r.id`,
  );
  return found.map(toFullRule);
}

function toRule({ ecosystem, package: name, ranges, versions, severity, ...row }: RuleRow) {
  return { ...row, affected: { ecosystem, package: name, ranges, versions, severity } };
}

function toFullRule({ vulnerabilities, published, modified, withdrawn, ...row }: FullRow): FullRule {
  const advisory = plainAdvisory(row.advisory, vulnerabilities, { published, modified, withdrawn });
  return { ...toRule(row), advisory };
}

/** Whether advisories have changed since packages were last matched. */
export async function hasChangedKeys(db: Db): Promise<boolean> {
  return (await first(db, sql`SELECT FROM advisory_changed_key LIMIT 1`)) !== null;
}
