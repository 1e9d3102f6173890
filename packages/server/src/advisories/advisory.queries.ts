import type { Advisory, Affected } from '@fleetmend/domain/advisories/advisory.ts';
import type { Rule } from '@fleetmend/domain/advisories/rule.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

/** What one feed says under one id, without its rules. */
export interface AdvisoryRow extends Advisory {
  feed: string;
  rules: number;
  ingested_at: string;
}

const advisoryRow = sql`a.feed, a.id, a.aliases, a.vulnerabilities, a.summary, a.published, a.modified, a.withdrawn, a.vectors, a.severity, a."references",
  a.is_exploited, a.ingested_at, (SELECT count(*)::int FROM advisory_rule r WHERE (r.feed, r.advisory) = (a.feed, a.id)) AS rules`;

type Place = readonly (string | number)[] | null;

/** Every feed's advisories of which this is the id, another name, or what they are about: its own first. */
export async function listNamed(db: Db, id: string, limit: number): Promise<(AdvisoryRow & { total: number })[]> {
  return rows(
    db,
    sql<
      AdvisoryRow & { total: number }
    >`SELECT ${advisoryRow}, count(*) OVER ()::int AS total FROM advisory a WHERE ${isNamed(id)}
      ORDER BY (lower(a.id) = lower(${id})) DESC, a.feed, a.id LIMIT ${limit}`,
  );
}

/** Advisories whose id begins so, however it is written. */
export async function listAdvisoryRows(
  db: Db,
  { search, feed, after, limit }: { search: string; feed: string | null; after: Place; limit: number },
): Promise<AdvisoryRow[]> {
  const prefix = `${search.replace(/[\\%_]/g, '\\$&')}%`;
  return rows(
    db,
    sql<AdvisoryRow>`SELECT ${advisoryRow} FROM advisory a
      WHERE lower(a.id) COLLATE "C" LIKE lower(${prefix}) AND (${feed}::text IS NULL OR a.feed = ${feed})
        AND (${after === null} OR (lower(a.id) COLLATE "C", a.feed) > (${after?.[0] ?? ''}, ${after?.[1] ?? ''}))
      ORDER BY lower(a.id) COLLATE "C", a.feed LIMIT ${limit + 1}`,
  );
}

/** A rule as it is stored, under the name by which packages are compared. */
export type RuleRow = Omit<Rule, 'advisory' | 'affected'> & Affected & { id: number; advisory: string };

/** The rules of every advisory that this names, in the order in which they were stored. */
export async function listRuleRows(db: Db, id: string, after: number, limit: number): Promise<RuleRow[]> {
  return rows(
    db,
    // The few advisories first: the planner would else walk all rules in the order of their ids.
    sql<RuleRow>`WITH named AS MATERIALIZED (SELECT a.feed, a.id FROM advisory a WHERE ${isNamed(id)})
      SELECT r.id, r.feed, r.advisory, r.ecosystem, r.package, r.names, r.ranges, r.versions, r.architectures, r.unfixed,
        r.vendor_ids, r.module, r.lines, r.reason, r.severity
      FROM named JOIN advisory_rule r ON (r.feed, r.advisory) = (named.feed, named.id)
      WHERE r.id > ${after} ORDER BY r.id LIMIT ${limit + 1}`,
  );
}

/** Ids are written in capitals, but for those of GitHub, whose end is in small letters. */
function isNamed(id: string) {
  const upper = id.toUpperCase();
  const names = [...new Set([id, upper, upper.replace(/^GHSA-.*/, (ghsa) => `GHSA${ghsa.slice(4).toLowerCase()}`)])];
  return sql`(lower(a.id) COLLATE "C" = ${id.toLowerCase()} OR a.aliases && ${names}::text[] OR a.vulnerabilities && ${names}::text[])`;
}
