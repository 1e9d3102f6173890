import type { DeploymentRecord, RolloutEvent, RolloutModel } from '@fleetmend/domain/rollouts/rollout-model.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

/** What a machine's gates last said, whatever has become of the machine since. */
export interface Probe {
  outcome: Extract<RolloutEvent, { type: 'result' }>['outcome'];
  detail: string;
}

export interface RolloutView extends Omit<RolloutModel, 'deployments'> {
  id: string;
  number: number;
  change: string;
  title: string;
  document: string;
  deployments: (DeploymentRecord & {
    asset: string;
    hostname: string;
    last_check_in_at: string | null;
    probe: Probe | null;
  })[];
}

/** Rollouts with their machines: one by its id, or the newest below a number. */
export async function listRolloutViews(
  db: Db,
  where: { id: string } | { state: string | null; before: number | null; limit: number },
): Promise<RolloutView[]> {
  const condition =
    'id' in where
      ? sql`r.id = ${where.id.toUpperCase()}`
      : sql`(${where.state}::text IS NULL OR r.state = ${where.state}) AND (${where.before}::bigint IS NULL OR r.number < ${where.before})`;
  const limit = 'id' in where ? 1 : where.limit + 1;
  const found = await rows(
    db,
    sql<
      Omit<RolloutView, 'deployments'>
    >`SELECT r.*, c.title, c.document FROM rollout r JOIN change_request c ON c.id = r.change
      WHERE ${condition} ORDER BY r.number DESC LIMIT ${limit}`,
  );
  const ids = found.map(({ id }) => id);
  const parts = await rows(
    db,
    sql<
      RolloutView['deployments'][number] & { rollout: string }
    >`SELECT d.rollout, d.asset, a.hostname, a.last_check_in_at, d.ring, d.state,
        d.attempt, d.code, d.detail, d.since, d.is_installed, d.needs_reboot,
        (SELECT jsonb_build_object('outcome', o.result -> 'outcome', 'detail', o.result -> 'detail') FROM deployment_order o
          WHERE o.rollout = d.rollout AND o.asset = d.asset AND o.step = 'probe' AND o.state = 'done' ORDER BY o.attempt DESC LIMIT 1) AS probe
      FROM rollout_deployment d JOIN inventory_asset a ON a.id = d.asset WHERE d.rollout = ANY (${ids}::text[]) ORDER BY d.ring, a.hostname`,
  );
  return found.map((rollout) => ({ ...rollout, deployments: parts.filter((part) => part.rollout === rollout.id) }));
}

export async function listOpenRollouts(db: Db): Promise<string[]> {
  const found = await rows(db, sql<{ id: string }>`SELECT id FROM rollout WHERE finished_at IS NULL ORDER BY number`);
  return found.map(({ id }) => id);
}

/** An open rollout that one of these machines takes part in, the oldest; null when there is none. */
export async function findOpenRollout(
  db: Db,
  assets: readonly string[],
): Promise<{ rollout: string; hostname: string } | null> {
  return first(
    db,
    sql<{ rollout: string; hostname: string }>`SELECT r.id AS rollout, a.hostname
      FROM rollout r JOIN rollout_deployment d ON d.rollout = r.id JOIN inventory_asset a ON a.id = d.asset
      WHERE r.finished_at IS NULL AND d.asset = ANY (${assets}::text[]) AND d.state NOT IN ('skipped', 'rolled_back')
      ORDER BY r.number LIMIT 1`,
  );
}
