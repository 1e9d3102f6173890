import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import type { Ctx } from '../platform/context.ts';
import { changed, type Db, first } from '../platform/database.ts';

export interface AssetRow {
  id: string;
  hostname: string;
  machine_id: string;
  key_id: string;
  spki: Buffer;
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
  asset: Pick<AssetRow, 'id' | 'hostname' | 'machine_id' | 'key_id' | 'spki' | 'labels'>,
  now: Date,
): Promise<boolean> {
  const count = await changed(
    db,
    sql`INSERT INTO inventory_asset (id, hostname, machine_id, key_id, spki, labels, enrolled_at)
    VALUES (${asset.id}, ${asset.hostname}, ${asset.machine_id}, ${asset.key_id}, ${asset.spki},
      ${JSON.stringify(asset.labels)}::jsonb, ${now}) ON CONFLICT DO NOTHING`,
  );
  return count === 1;
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
  labels: Record<string, string>;
  used_by_key: string | null;
  asset: string | null;
}

export async function insertEnrolmentCode(
  db: Db,
  code: { hash: Buffer; labels: Record<string, string>; created_by: string; created_at: Date; expires_at: Date },
): Promise<void> {
  await sql`INSERT INTO inventory_enrolment_code (hash, labels, created_by, created_at, expires_at)
    VALUES (${code.hash}, ${JSON.stringify(code.labels)}::jsonb, ${code.created_by}, ${code.created_at}, ${code.expires_at})`.execute(
    db,
  );
}

/** The code, locked, so that of many hosts that use it at once one comes first and the others see that it did. */
export async function lockEnrolmentCode(db: Db, hash: Buffer, now: Date): Promise<EnrolmentCode | null> {
  return first(
    db,
    sql<EnrolmentCode>`SELECT labels, used_by_key, asset FROM inventory_enrolment_code
      WHERE hash = ${hash} AND expires_at > ${now} FOR UPDATE`,
  );
}

export async function useEnrolmentCode(db: Db, hash: Buffer, key: string, asset: string): Promise<void> {
  await sql`UPDATE inventory_enrolment_code SET used_by_key = ${key}, asset = ${asset} WHERE hash = ${hash}`.execute(
    db,
  );
}
