import type { VexStatement } from '@fleetmend/domain/advisories/vex/vex-statement.ts';
import type { SettledFinding } from '@fleetmend/domain/findings/settle-findings.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

/** What is looked for among findings: vulnerabilities, and only what these advisories say of them where some are named. */
export interface Scope {
  vulnerabilities: readonly string[];
  advisories: readonly string[] | null;
}

/** Whether a finding `f` is one of those that are looked for. */
const isTold = ({ vulnerabilities, advisories }: Scope) => sql`f.vulnerability = ANY (${[...vulnerabilities]}::text[])
  AND (${advisories === null} OR EXISTS (SELECT FROM jsonb_array_elements(f.evidence) AS e
    WHERE e->>'advisory' = ANY (${[...(advisories ?? [])]}::text[])))`;

/** Leaves out machines that are retired: what is still told of them is history. */
const isKept = sql`JOIN inventory_asset a ON a.id = f.asset AND a.retired_at IS NULL`;

export interface Reach {
  affected: number;
  fixable: number;
  answered: number;
  known: number;
  total: number;
}

/** On how many machines it is open, can be fixed, or is answered by VEX alone; and of how many anything can be said. */
export async function readReach(db: Db, scope: Scope): Promise<Reach> {
  const found = await first(
    db,
    sql<Reach>`WITH open AS (
        SELECT asset, bool_or(fixed_version IS NOT NULL) AS is_fixable FROM finding f
        WHERE asset NOT IN (SELECT id FROM inventory_asset WHERE retired_at IS NOT NULL) AND cleared_at IS NULL AND ${isTold(scope)} GROUP BY asset
      ), answered AS (
        SELECT DISTINCT f.asset FROM finding_answered f ${isKept}
        WHERE f.vulnerability = ANY (${[...scope.vulnerabilities]}::text[]) AND NOT EXISTS (SELECT FROM open WHERE open.asset = f.asset)
      )
      SELECT (SELECT count(*)::int FROM open) AS affected, (SELECT count(*)::int FROM open WHERE is_fixable) AS fixable,
        (SELECT count(*)::int FROM answered) AS answered, count(set_digest)::int AS known, count(*)::int AS total
      FROM inventory_asset WHERE retired_at IS NULL`,
  );
  return found ?? { affected: 0, fixable: 0, answered: 0, known: 0, total: 0 };
}

/** What is told of one package on one machine: one row for all vulnerabilities of which the same is told. */
export interface ReachedRow
  extends Pick<
    SettledFinding,
    | 'ecosystem'
    | 'source'
    | 'package'
    | 'installed_version'
    | 'fixed_version'
    | 'state'
    | 'evidence'
    | 'decided_by'
    | 'waits_for'
  > {
  key: string;
  asset: string;
  hostname: string;
  vulnerabilities: string[];
  /** What answers it; null for what is open. */
  statement: VexStatement | null;
  since: string;
  updates_at: string | null;
}

/**
 * Machines in the order of their ids, with each package of theirs that is open or answered. Only the findings of the machines of
 * one page are read, whatever the number that is touched.
 */
export async function listReached(
  db: Db,
  scope: Scope,
  { after, limit }: { after: readonly (string | number)[] | null; limit: number },
): Promise<ReachedRow[]> {
  const advisories = [...(scope.advisories ?? [])];
  const [from, key] = [after?.[0] ?? '', after?.[1] ?? ''];
  return rows(
    db,
    sql<ReachedRow>`WITH page AS MATERIALIZED (${firstAssets(scope, from, limit)}), told AS (
        SELECT min(f.id) AS key, f.asset, f.ecosystem, f.source, f.package, f.installed_version, f.fixed_version, f.state, f.decided_by,
          f.waits_for, array_agg(f.vulnerability ORDER BY f.vulnerability) AS vulnerabilities,
          (array_agg(f.evidence ORDER BY f.id))[1] AS evidence, NULL::jsonb AS statement, min(f.detected_at) AS since
        FROM page JOIN finding f USING (asset) WHERE f.cleared_at IS NULL AND ${isTold(scope)} GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10
        UNION ALL
        SELECT f.vulnerability || ' ' || f.ecosystem || ' ' || f.source, f.asset, f.ecosystem, f.source, f.package, f.installed_version, NULL,
          'affected', NULL, NULL, ARRAY[f.vulnerability], '[]', s.statement, f.answered_at
        FROM page JOIN finding_answered f USING (asset) JOIN vex_statement s ON (s.document, s.position) = (f.document, f.position)
        WHERE f.vulnerability = ANY (${[...scope.vulnerabilities]}::text[])
      )
      SELECT told.key, told.asset, a.hostname, told.ecosystem, told.source, told.package, told.installed_version, told.fixed_version, told.state,
        told.decided_by, told.waits_for, told.vulnerabilities, told.statement, told.since, a.updates_at,
        CASE WHEN ${scope.advisories === null} THEN told.evidence ELSE jsonb_path_query_array(told.evidence,
          '$[*] ? (@.advisory == $named[*])', jsonb_build_object('named', to_jsonb(${advisories}::text[]))) END AS evidence
      FROM told JOIN inventory_asset a ON a.id = told.asset
      WHERE (told.asset, told.key) > (${from}, ${key}) ORDER BY told.asset, told.key LIMIT ${limit + 1}`,
  );
}

/** The assets of which something is told, from one on: as many as fill a page, and the one that the last page ended in. */
function firstAssets(scope: Scope, from: string | number, limit: number) {
  const most = limit + 2;
  return sql`SELECT DISTINCT asset FROM unnest(${[...scope.vulnerabilities]}::text[]) AS named (vulnerability), LATERAL (
      (SELECT DISTINCT f.asset FROM finding f ${isKept} WHERE f.vulnerability = named.vulnerability AND f.cleared_at IS NULL AND f.asset >= ${from}
        AND ${isTold(scope)} ORDER BY f.asset LIMIT ${most})
      UNION
      (SELECT DISTINCT f.asset FROM finding_answered f ${isKept} WHERE f.vulnerability = named.vulnerability AND f.asset >= ${from}
        ORDER BY f.asset LIMIT ${most})
    ) AS touched ORDER BY asset LIMIT ${most}`;
}
