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

export interface OpenChange {
  change: string;
  state: ChangeState;
  assets: string[];
  /** Those of them on which it has failed. */
  failed: string[];
}

/** The changes that ship each patch, newest first: the open ones, and those that ended with failures, for the machines they failed on. */
export async function readOpenChanges(db: Db): Promise<Map<string, OpenChange[]>> {
  const found = await rows(
    db,
    sql<OpenChange & { patch: string }>`SELECT p.id AS patch, c.id AS change, c.state, f.failed,
        CASE c.state WHEN 'done_with_failures' THEN f.failed
          ELSE ARRAY(SELECT asset FROM change_plan_request WHERE change = c.id) END AS assets
      FROM change_request c, jsonb_to_recordset(c.patches) AS p (id text), LATERAL (
        SELECT coalesce(array_agg(d.asset), '{}') AS failed FROM rollout r JOIN rollout_deployment d ON d.rollout = r.id
        WHERE r.change = c.id AND d.state IN ('failed', 'refused', 'unreachable', 'rollback_failed')) f
      WHERE c.state IN ('planning', 'in_review', 'approved', 'running', 'done_with_failures') ORDER BY c.number DESC`,
  );
  const byPatch = new Map<string, OpenChange[]>();
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
