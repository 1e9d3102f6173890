import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

export interface WaitingRow {
  /** A question, an order, or an installation that a later report has to show in effect. */
  has_work: boolean;
  /** The version of the trust root in force; 0 without one. */
  root_version: number;
}

/** What waits for each of these assets, in their order. */
export async function readWaiting(db: Db, assets: readonly string[]): Promise<WaitingRow[]> {
  return rows(
    db,
    sql<WaitingRow>`SELECT EXISTS (SELECT FROM change_plan_request p JOIN change_request c ON c.id = p.change
          WHERE p.asset = t.asset AND p.answer IS NULL AND c.state = 'planning')
        OR EXISTS (SELECT FROM deployment_order o WHERE o.asset = t.asset AND o.state IN ('pending', 'offered', 'accepted'))
        OR EXISTS (SELECT FROM rollout_deployment d WHERE d.asset = t.asset AND d.state = 'observing') AS has_work,
        (SELECT coalesce(max(version), 0) FROM access_root) AS root_version
      FROM unnest(${[...assets]}::text[]) WITH ORDINALITY AS t (asset, place) ORDER BY place`,
  );
}
