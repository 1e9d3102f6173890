import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import type { Ctx } from '../platform/context.ts';
import { changed, type Db, first, rows } from '../platform/database.ts';

export interface AssetRow {
  id: string;
  hostname: string;
  machine_id: string;
  /** Null where no agent speaks for it: it is read over SSH. */
  key_id: string | null;
  spki: Buffer | null;
  labels: Record<string, string>;
  owner: string | null;
  service_group: string | null;
  criticality: 'low' | 'medium' | 'high' | null;
  data_sensitivity: 'none' | 'internal' | 'confidential' | null;
  exposure: 'isolated' | 'internal' | 'internet' | null;
  enrolled_at: string;
  retired_at: string | null;
  last_check_in_at: string | null;
  boot_id: string | null;
  set_digest: Buffer | null;
  inventory_at: string | null;
  updates_digest: Buffer | null;
  updates_at: string | null;
  facts_digest: Buffer | null;
  facts: AssetFacts | null;
  facts_at: string | null;
  root_version: number;
  /** When two holders of its key were seen; null: never, or enrolled anew since. */
  cloned_at: string | null;
  /** Since when it waits until a person lets it in, and why; null: it takes part. */
  waits_since: string | null;
  waits_for: 'approval' | 'machine_id' | null;
  version: number;
  merged_into: string | null;
}

/**
 * The asset for a host's request, locked so that two reports of one host are taken one after the other. NO KEY: rows
 * that only refer to it (orders, events) are written meanwhile, or two transactions would wait for each other.
 */
export async function lockAsset(db: Db, id: string): Promise<AssetRow | null> {
  return first(
    db,
    sql<AssetRow>`SELECT * FROM inventory_asset WHERE id = ${id} AND retired_at IS NULL FOR NO KEY UPDATE`,
  );
}

/** Adds an asset; false when its key is enrolled already. */
export async function insertAsset(
  db: Db,
  asset: Pick<AssetRow, 'id' | 'hostname' | 'machine_id' | 'key_id' | 'spki' | 'labels'> &
    Partial<Pick<AssetRow, 'owner'>>,
  now: Date,
): Promise<boolean> {
  const count = await changed(
    db,
    sql`INSERT INTO inventory_asset (id, hostname, machine_id, key_id, spki, labels, owner, enrolled_at)
    VALUES (${asset.id}, ${asset.hostname}, ${asset.machine_id}, ${asset.key_id}, ${asset.spki},
      ${JSON.stringify(asset.labels)}::jsonb, ${asset.owner ?? null}, ${now}) ON CONFLICT DO NOTHING`,
  );
  return count === 1;
}

/**
 * Gives an asset that is not retired another key: its machine was enrolled again. What was said under the old one, and a
 * hold, are over. False when it is retired, or when the key is an asset's already, also its own.
 */
export async function replaceAssetKey(
  db: Db,
  asset: Pick<AssetRow, 'id' | 'hostname' | 'machine_id' | 'key_id' | 'spki'>,
): Promise<boolean> {
  const query = sql`UPDATE inventory_asset SET hostname = ${asset.hostname}, machine_id = ${asset.machine_id},
      key_id = ${asset.key_id}, spki = ${asset.spki}, former_spki = NULL, cloned_at = NULL, waits_since = NULL, waits_for = NULL
    WHERE id = ${asset.id} AND retired_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM inventory_asset other WHERE other.key_id = ${asset.key_id} AND other.retired_at IS NULL)`;
  if ((await changed(db, query)) === 0) return false;
  await sql`DELETE FROM inventory_session WHERE asset = ${asset.id}`.execute(db);
  return true;
}

/** Lets a machine wait until a person lets it in. */
export async function holdAsset(
  db: Db,
  asset: string,
  why: NonNullable<AssetRow['waits_for']>,
  now: Date,
): Promise<void> {
  await sql`UPDATE inventory_asset SET waits_since = ${now}, waits_for = ${why} WHERE id = ${asset}`.execute(db);
}

/** Ends an asset's waiting; false when it did not wait. */
export async function admitAssetRow(db: Db, asset: string): Promise<boolean> {
  const query = sql`UPDATE inventory_asset SET waits_since = NULL, waits_for = NULL
    WHERE id = ${asset} AND waits_since IS NOT NULL`;
  return (await changed(db, query)) === 1;
}

/** Whether machines that enrol wait for a person. */
export async function readNeedsApproval(db: Db): Promise<boolean> {
  const row = await first(db, sql<{ needs_approval: boolean }>`SELECT needs_approval FROM inventory_enrolment_rule`);
  return row?.needs_approval ?? false;
}

export async function writeNeedsApproval(db: Db, needsApproval: boolean): Promise<void> {
  await sql`INSERT INTO inventory_enrolment_rule (needs_approval) VALUES (${needsApproval})
    ON CONFLICT (is_one) DO UPDATE SET needs_approval = excluded.needs_approval`.execute(db);
}

/** The assets with this machine id, except one. */
export async function readSameMachineId(db: Db, machineId: string, except: string): Promise<AssetRow[]> {
  return rows(
    db,
    sql<AssetRow>`SELECT * FROM inventory_asset
      WHERE machine_id = ${machineId} AND id <> ${except} AND key_id IS NOT NULL AND retired_at IS NULL ORDER BY enrolled_at, id`,
  );
}

export interface AssetEdit {
  labels: Record<string, string>;
  owner: string | null;
  service_group: string | null;
  criticality: AssetRow['criticality'];
  data_sensitivity: AssetRow['data_sensitivity'];
  exposure: AssetRow['exposure'];
}

/** Writes what people say of an asset; false when it has another version than the one they read. */
export async function editAsset(db: Db, asset: string, version: number, edit: AssetEdit): Promise<boolean> {
  const count = await changed(
    db,
    sql`UPDATE inventory_asset SET labels = ${JSON.stringify(edit.labels)}::jsonb, owner = ${edit.owner},
      service_group = ${edit.service_group}, criticality = ${edit.criticality}, data_sensitivity = ${edit.data_sensitivity}, exposure = ${edit.exposure},
      version = version + 1 WHERE id = ${asset} AND version = ${version} AND retired_at IS NULL`,
  );
  return count === 1;
}

export async function retireAssetRow(db: Db, asset: string, now: Date): Promise<boolean> {
  return (
    (await changed(
      db,
      sql`UPDATE inventory_asset SET retired_at = ${now} WHERE id = ${asset} AND retired_at IS NULL`,
    )) === 1
  );
}

/** Adds a line to an asset's timeline. */
export async function recordAssetEvent(
  ctx: Ctx,
  asset: string,
  kind: string,
  text: string,
  change: string | null = null,
): Promise<void> {
  await sql`INSERT INTO inventory_event (asset, at, kind, text, change) VALUES (${asset}, ${ctx.now}, ${kind}, ${text}, ${change})`.execute(
    ctx.db,
  );
}

export interface EnrolmentCode {
  id: string;
  labels: Record<string, string>;
  owner: string | null;
  /** The asset that whoever uses it becomes; null: a new one. */
  for_asset: string | null;
  used_by_key: string | null;
  asset: string | null;
}

export async function insertEnrolmentCode(
  db: Db,
  code: Pick<EnrolmentCode, 'id' | 'labels' | 'owner' | 'for_asset'> & {
    hash: Buffer;
    created_by: string;
    created_at: Date;
    expires_at: Date;
  },
): Promise<void> {
  await sql`INSERT INTO inventory_enrolment_code (hash, id, labels, owner, for_asset, created_by, created_at, expires_at)
    VALUES (${code.hash}, ${code.id}, ${JSON.stringify(code.labels)}::jsonb, ${code.owner}, ${code.for_asset}, ${code.created_by}, ${code.created_at}, ${code.expires_at})`.execute(
    db,
  );
}

/** The code, locked, so that of many hosts that use it at once one comes first and the others see that it did. */
export async function lockEnrolmentCode(db: Db, hash: Buffer, now: Date): Promise<EnrolmentCode | null> {
  return first(
    db,
    sql<EnrolmentCode>`SELECT id, labels, owner, for_asset, used_by_key, asset FROM inventory_enrolment_code
      WHERE hash = ${hash} AND expires_at > ${now} FOR UPDATE`,
  );
}

export async function useEnrolmentCode(
  db: Db,
  id: string,
  { key_id, asset, now }: { key_id: string; asset: string; now: Date },
): Promise<void> {
  await sql`UPDATE inventory_enrolment_code SET used_by_key = ${key_id}, asset = ${asset}, used_at = ${now}
    WHERE id = ${id}`.execute(db);
}

/** Notes that the agent was downloaded with the command of a code that is still good; the first time counts. */
export async function noteAgentFetched(db: Db, code: string, now: Date): Promise<void> {
  await sql`UPDATE inventory_enrolment_code SET fetched_at = ${now}
    WHERE id = ${code} AND fetched_at IS NULL AND expires_at > ${now}`.execute(db);
}
