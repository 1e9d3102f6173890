import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

export interface WaitingChange {
  id: string;
  title: string;
  state: 'in_review' | 'approved';
  author: string;
  expires_at: string | null;
  signers: string[];
}

/** Changes that wait for people, those that expire first at the front. */
export async function listWaitingChanges(db: Db, limit: number): Promise<WaitingChange[]> {
  return rows(
    db,
    sql<WaitingChange>`SELECT id, title, state, author, expires_at,
        ARRAY(SELECT person FROM change_approval WHERE change = c.id) AS signers
      FROM change_request c WHERE state IN ('in_review', 'approved') ORDER BY expires_at NULLS LAST, number LIMIT ${limit}`,
  );
}

export interface TroubledRollout {
  id: string;
  state: string;
  reason: string | null;
  total: number;
  failed: number;
}

/** Rollouts that are paused, or in which machines failed, while they run and for some days after. */
export async function listTroubledRollouts(db: Db, endedAfter: Date, limit: number): Promise<TroubledRollout[]> {
  return rows(
    db,
    sql<TroubledRollout>`SELECT r.id, r.state, r.reason, count(*) AS total,
        count(*) FILTER (WHERE d.state IN ('failed', 'refused', 'unreachable', 'rollback_failed')) AS failed
      FROM rollout r JOIN rollout_deployment d ON d.rollout = r.id
      WHERE r.finished_at IS NULL OR r.finished_at > ${endedAfter}
      GROUP BY r.id HAVING r.state = 'paused' OR count(*) FILTER (WHERE d.state IN ('failed', 'refused', 'unreachable', 'rollback_failed')) > 0
      ORDER BY r.number DESC LIMIT ${limit}`,
  );
}

export interface MachineSummary {
  reporting: number;
  /** Follow a trust root and can apply what it signs. */
  following: number;
  /** Have an agent that has reported, and only observe. */
  observing: number;
  an_observer: string | null;
  silent: number;
  a_silent_one: string | null;
}

/** What the machines as a whole can do; silent is who was last heard of before a time. */
export async function readMachineSummary(db: Db, silentBefore: Date): Promise<MachineSummary> {
  const row = await first(
    db,
    sql<MachineSummary>`SELECT count(*) FILTER (WHERE set_digest IS NOT NULL) AS reporting,
        count(*) FILTER (WHERE follows) AS following,
        count(*) FILTER (WHERE facts IS NOT NULL AND key_id IS NOT NULL AND NOT follows) AS observing,
        min(hostname) FILTER (WHERE facts IS NOT NULL AND key_id IS NOT NULL AND NOT follows) AS an_observer,
        count(*) FILTER (WHERE last_check_in_at < ${silentBefore}) AS silent,
        min(hostname) FILTER (WHERE last_check_in_at < ${silentBefore}) AS a_silent_one
      FROM (SELECT *, root_version > 0 AND facts #>> '{agent,mode}' = 'apply' AS follows FROM inventory_asset WHERE retired_at IS NULL) AS a`,
  );
  return row ?? { reporting: 0, following: 0, observing: 0, an_observer: null, silent: 0, a_silent_one: null };
}

/** How far the person and the organisation have come for the first time. */
export async function readFirstDeeds(
  db: Db,
  person: string,
): Promise<{ has_key: boolean; has_change: boolean; has_rollout: boolean }> {
  const row = await first(
    db,
    sql<{ has_key: boolean; has_change: boolean; has_rollout: boolean }>`SELECT
      EXISTS (SELECT FROM access_key WHERE person = ${person}) AS has_key,
      EXISTS (SELECT FROM change_request) AS has_change, EXISTS (SELECT FROM rollout) AS has_rollout`,
  );
  return row ?? { has_key: false, has_change: false, has_rollout: false };
}
