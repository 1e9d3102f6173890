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
  for (const [asset, record] of Object.entries(model.deployments)) {
    await sql`INSERT INTO rollout_deployment (rollout, asset, ring, state, attempt, code, detail, since, is_installed, needs_reboot)
      VALUES (${id}, ${asset}, ${record.ring}, ${record.state}, ${record.attempt}, ${record.code}, ${record.detail}, ${record.since},
        ${record.is_installed}, ${record.needs_reboot})`.execute(db);
  }
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
  for (const [asset, record] of Object.entries(after.deployments)) {
    if (record === before.deployments[asset]) continue;
    await sql`UPDATE rollout_deployment SET ring = ${record.ring}, state = ${record.state}, attempt = ${record.attempt}, code = ${record.code},
      detail = ${record.detail}, since = ${record.since}, is_installed = ${record.is_installed}, needs_reboot = ${record.needs_reboot}
      WHERE rollout = ${id} AND asset = ${asset}`.execute(db);
    if (before.deployments[asset]?.state !== record.state) await writeFacts(db, id, asset, record.state, now);
  }
  await sql`INSERT INTO rollout_event (rollout, sequence, at, event)
    SELECT ${id}, coalesce(max(sequence), 0) + 1, ${now}, ${JSON.stringify(event)}::jsonb FROM rollout_event WHERE rollout = ${id}`.execute(
    db,
  );
}

/** The times of the facts: a step may pass through several states at once, and each of them began now. */
async function writeFacts(db: Db, rollout: string, asset: string, state: DeploymentState, now: Date): Promise<void> {
  const isBegun = state === 'installing';
  const isInstalled = ['installed', 'rebooting', 'observing', 'probing', 'verified'].includes(state);
  const isEffective = ['probing', 'verified'].includes(state);
  await sql`UPDATE rollout_deployment SET
    ordered_at = CASE WHEN ${isBegun} THEN ${now}::timestamptz ELSE ordered_at END,
    installed_at = CASE WHEN ${isBegun} THEN NULL WHEN ${isInstalled} THEN coalesce(installed_at, ${now}) ELSE installed_at END,
    effective_at = CASE WHEN ${isBegun} THEN NULL WHEN ${isEffective} THEN coalesce(effective_at, ${now}) ELSE effective_at END,
    verified_at = CASE WHEN ${isBegun} THEN NULL WHEN ${state === 'verified'} THEN coalesce(verified_at, ${now}) ELSE verified_at END
    WHERE rollout = ${rollout} AND asset = ${asset}`.execute(db);
}
