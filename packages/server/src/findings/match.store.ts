import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

/** What all rules say of one package, in the order of the rules. */
export interface MatchRow {
  software: number;
  rules: number[];
  states: string[];
  fixed: (string | null)[];
}

/** Writes what is now said of packages on a system. @returns those of which something else was said before */
export async function writeMatches(db: Db, system: string, matches: readonly MatchRow[]): Promise<number[]> {
  const column = (read: (row: MatchRow) => readonly (string | number | null)[]) =>
    matches.map((row) => arrayText(read(row)));
  const changed = await rows(
    db,
    sql<{ software: number }>`INSERT INTO finding_match AS m (system, software, rules, states, fixed)
      SELECT ${system}, r.software, r.rules::integer[], r.states::text[], r.fixed::text[]
      FROM unnest(${matches.map(({ software }) => software)}::integer[], ${column(({ rules }) => rules)}::text[],
        ${column(({ states }) => states)}::text[], ${column(({ fixed }) => fixed)}::text[]) AS r (software, rules, states, fixed)
      ON CONFLICT (system, software) DO UPDATE SET rules = excluded.rules, states = excluded.states, fixed = excluded.fixed
        WHERE (m.rules, m.states, m.fixed) IS DISTINCT FROM (excluded.rules, excluded.states, excluded.fixed)
      RETURNING software`,
  );
  return changed.map(({ software }) => software);
}

/** An array as PostgreSQL reads it: every text in quotes, since versions are the words of others. */
function arrayText(values: readonly (string | number | null)[]): string {
  const each = values.map((value) => {
    if (value === null) return 'NULL';
    return typeof value === 'number' ? String(value) : `"${value.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${each.join(',')}}`;
}
