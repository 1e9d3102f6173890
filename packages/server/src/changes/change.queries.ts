import type { ChangeState } from '@fleetmend/domain/changes/change-machine.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';
import type { ChangeRow } from './change.store.ts';

export type ChangeView = ChangeRow & { rollout: string | null };

const view = sql`SELECT c.*, r.id AS rollout FROM change_request c LEFT JOIN rollout r ON r.change = c.id`;

export async function readChangeView(db: Db, id: string): Promise<ChangeView | null> {
  return first(db, sql<ChangeView>`${view} WHERE c.id = ${id.toUpperCase()}`);
}

/** Changes, newest first, from below a number. */
export async function listChangeViews(
  db: Db,
  { state, before, limit }: { state: ChangeState | null; before: number | null; limit: number },
): Promise<ChangeView[]> {
  return rows(
    db,
    sql<ChangeView>`${view} WHERE (${state}::text IS NULL OR c.state = ${state}) AND (${before}::bigint IS NULL OR c.number < ${before})
      ORDER BY c.number DESC LIMIT ${limit + 1}`,
  );
}

/** The open change, if any, that ships each of these patches. */
export async function readOpenChanges(
  db: Db,
): Promise<Map<string, { change: string; state: ChangeState; assets: string[] }[]>> {
  const found = await rows(
    db,
    sql<{
      patch: string;
      change: string;
      state: ChangeState;
      assets: string[];
    }>`SELECT p.id AS patch, c.id AS change, c.state,
        ARRAY(SELECT asset FROM change_plan_request WHERE change = c.id) AS assets
      FROM change_request c, jsonb_to_recordset(c.patches) AS p (id text)
      WHERE c.state IN ('planning', 'in_review', 'approved', 'running') ORDER BY c.number`,
  );
  const byPatch = new Map<string, { change: string; state: ChangeState; assets: string[] }[]>();
  for (const { patch, ...open } of found) byPatch.set(patch, [...(byPatch.get(patch) ?? []), open]);
  return byPatch;
}

/** Changes whose last window has passed without a start. */
export async function listExpired(db: Db, now: Date): Promise<string[]> {
  const found = await rows(
    db,
    sql<{
      id: string;
    }>`SELECT id FROM change_request WHERE state IN ('in_review', 'approved') AND expires_at <= ${now} ORDER BY number`,
  );
  return found.map(({ id }) => id);
}
