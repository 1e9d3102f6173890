import type { DeploymentState } from '@fleetmend/domain/rollouts/deployment-machine.ts';
import type { DeploymentRecord, RolloutEvent, RolloutModel } from '@fleetmend/domain/rollouts/rollout-model.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

type RolloutRow = Omit<RolloutModel, 'deployments'> & { id: string; change: string };

export interface StoredRollout {
  id: string;
  change: string;
  model: RolloutModel;
}

/** The rollout's model, locked: the engine takes one event after the other. */
export async function lockRollout(db: Db, id: string): Promise<StoredRollout | null> {
  const row = await first(
    db,
    sql<RolloutRow>`SELECT id, change, state, reason, ring, bake_until, accepted_failures, started_at, finished_at
      FROM rollout WHERE id = ${id} FOR NO KEY UPDATE`,
  );
  if (row === null) return null;
  const { change, id: _, ...model } = row;
  const parts = await rows(
    db,
    sql<
      DeploymentRecord & { asset: string }
    >`SELECT asset, ring, state, attempt, code, detail, since, is_installed, needs_reboot
      FROM rollout_deployment WHERE rollout = ${id} ORDER BY ring, asset`,
  );
  const deployments = Object.fromEntries(parts.map(({ asset, ...record }) => [asset, record]));
  return { id, change, model: { ...model, deployments } };
}

export async function insertRollout(
  db: Db,
  { id, number, change, model }: StoredRollout & { number: number },
): Promise<void> {
  await sql`INSERT INTO rollout (id, number, change, state, reason, ring, bake_until, accepted_failures, started_at, finished_at)
    VALUES (${id}, ${number}, ${change}, ${model.state}, ${model.reason}, ${model.ring}, ${model.bake_until}, ${model.accepted_failures},
      ${model.started_at}, ${model.finished_at})`.execute(db);
  await sql`INSERT INTO rollout_deployment (rollout, asset, ring, state, attempt, code, detail, since, is_installed, needs_reboot)
    SELECT ${id}, asset, ring, state, attempt, code, detail, since, is_installed, needs_reboot
    FROM ${records(Object.entries(model.deployments).map(([asset, record]) => ({ asset, ...record })))}`.execute(db);
}

/** Writes what a step changed, and the event that changed it. */
export async function writeStep(
  db: Db,
  { id, model: before }: StoredRollout,
  after: RolloutModel,
  event: RolloutEvent,
  now: Date,
): Promise<void> {
  await sql`UPDATE rollout SET state = ${after.state}, reason = ${after.reason}, ring = ${after.ring}, bake_until = ${after.bake_until},
    accepted_failures = ${after.accepted_failures}, finished_at = ${after.finished_at} WHERE id = ${id}`.execute(db);
  const moved = Object.entries(after.deployments).filter(([asset, record]) => record !== before.deployments[asset]);
  const written = moved.map(([asset, record]) => ({
    asset,
    ...record,
    ...(before.deployments[asset]?.state === record.state ? {} : factsOf(record.state)),
  }));
  if (written.length > 0) await writeDeployments(db, id, written, now);
  await sql`INSERT INTO rollout_event (rollout, sequence, at, event)
    SELECT ${id}, coalesce(max(sequence), 0) + 1, ${now}, ${JSON.stringify(event)}::jsonb FROM rollout_event WHERE rollout = ${id}`.execute(
    db,
  );
}

/** A machine's part as it is written; which facts came about with it. */
interface Written extends DeploymentRecord {
  asset: string;
  is_begun?: boolean;
  is_in?: boolean;
  is_effective?: boolean;
  is_verified?: boolean;
}

/** The facts of a state that has just begun. */
function factsOf(state: DeploymentState): Pick<Written, 'is_begun' | 'is_in' | 'is_effective' | 'is_verified'> {
  return {
    is_begun: state === 'installing',
    is_in: ['installed', 'rebooting', 'observing', 'probing', 'verified'].includes(state),
    is_effective: ['probing', 'verified'].includes(state),
    is_verified: state === 'verified',
  };
}

function records(parts: readonly Written[]) {
  return sql`jsonb_to_recordset(${JSON.stringify(parts)}::jsonb) AS t (asset text, ring integer, state text, attempt integer, code text,
    detail text, since timestamptz, is_installed boolean, needs_reboot boolean, is_begun boolean, is_in boolean, is_effective boolean,
    is_verified boolean)`;
}

/** Writes the parts of machines, and the times of the facts: a step may pass through several states at once, and each of them began now. */
async function writeDeployments(db: Db, rollout: string, parts: readonly Written[], now: Date): Promise<void> {
  await sql`UPDATE rollout_deployment d SET ring = t.ring, state = t.state, attempt = t.attempt, code = t.code, detail = t.detail,
      since = t.since, is_installed = t.is_installed, needs_reboot = t.needs_reboot,
      ordered_at = CASE WHEN t.is_begun THEN ${now}::timestamptz ELSE ordered_at END,
      installed_at = CASE WHEN t.is_begun THEN NULL WHEN t.is_in THEN coalesce(installed_at, ${now}) ELSE installed_at END,
      effective_at = CASE WHEN t.is_begun THEN NULL WHEN t.is_effective THEN coalesce(effective_at, ${now}) ELSE effective_at END,
      verified_at = CASE WHEN t.is_begun THEN NULL WHEN t.is_verified THEN coalesce(verified_at, ${now}) ELSE verified_at END
    FROM ${records(parts)} WHERE d.rollout = ${rollout} AND d.asset = t.asset`.execute(db);
}
