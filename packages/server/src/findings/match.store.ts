import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

/** The rules that match one package, in their order. */
export interface MatchRow {
  software: number;
  rules: readonly number[];
}

/** Keeps the names under which rules may speak of packages. */
export async function keepNames(db: Db, names: readonly { software: number; name: string }[]): Promise<void> {
  await sql`INSERT INTO finding_name (name, software) SELECT * FROM unnest(${names.map(({ name }) => name)}::text[],
    ${names.map(({ software }) => software)}::integer[]) ON CONFLICT DO NOTHING`.execute(db);
}

/** Writes that packages were looked at on a system for the first time, and what matches them. */
export async function insertMatches(db: Db, system: string, matches: readonly MatchRow[]): Promise<void> {
  await sql`INSERT INTO finding_match (system, software, rules) SELECT ${system}, software, rules FROM ${records(matches)}
    ON CONFLICT (system, software) DO UPDATE SET rules = excluded.rules`.execute(db);
}

/** Writes what matches packages now. @returns those that something else matched before */
export async function updateMatches(db: Db, system: string, matches: readonly MatchRow[]): Promise<number[]> {
  const changed = await rows(
    db,
    sql<{ software: number }>`UPDATE finding_match m SET rules = r.rules FROM ${records(matches)}
      WHERE m.system = ${system} AND m.software = r.software AND m.rules <> r.rules RETURNING m.software`,
  );
  return changed.map(({ software }) => software);
}

function records(matches: readonly MatchRow[]) {
  const software = `{${matches.map((each) => each.software).join(',')}}`;
  const rules = `{${matches.map((each) => `"{${each.rules.join(',')}}"`).join(',')}}`;
  return sql`(SELECT software, rules::integer[] FROM unnest(${software}::integer[], ${rules}::text[]) AS t (software, rules)) AS r`;
}
