import type { AssetFacts, AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import { softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { sql } from 'kysely';
import type { Ctx } from '../platform/context.ts';
import { changed, type Db, first, rows } from '../platform/database.ts';

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

/** Digits of a digest as PostgreSQL keeps them. */
export function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

/** What is installed under a digest, or null when nothing is stored under it. */
export async function readSetSoftware(db: Db, digest: string): Promise<Software[] | null> {
  const set = await first(db, sql`SELECT 1 FROM inventory_set WHERE digest = ${bytes(digest)}`);
  if (set === null) return null;
  return rows(
    db,
    sql<Software>`SELECT s.ecosystem, s.name, s.version, s.architecture, s.source, s.source_version, nullif(s.module, '') AS module
      FROM inventory_set_ids(${bytes(digest)}) AS member JOIN inventory_software s ON s.id = member`,
  );
}

/** The same as lines. */
export async function readSetLines(db: Db, digest: string): Promise<string[] | null> {
  return (await readSetSoftware(db, digest))?.map(softwareLine) ?? null;
}

export async function hasSet(db: Db, digest: string): Promise<boolean> {
  return (await first(db, sql`SELECT 1 FROM inventory_set WHERE digest = ${bytes(digest)}`)) !== null;
}

/** Stores an inventory under its digest; each line becomes one small integer, known lines keep theirs. */
export async function insertSet(db: Db, digest: string, lines: readonly string[], now: Date): Promise<void> {
  // Sorted, so that two hosts that bring the same new lines at once lock them in the same order.
  const columns = [...lines].sort().map((line) => line.split('\t'));
  const column = (at: number) => columns.map((fields) => fields[at] ?? '');
  const unnested = sql`unnest(${column(0)}::text[], ${column(1)}::text[], ${column(2)}::text[], ${column(3)}::text[],
    ${column(4)}::text[], ${column(5)}::text[], ${column(6)}::text[])
    AS line (ecosystem, name, version, architecture, source, source_version, module)`;
  await sql`INSERT INTO inventory_software (ecosystem, name, version, architecture, source, source_version, module)
    SELECT line.* FROM ${unnested}
    WHERE NOT EXISTS (SELECT FROM inventory_software s WHERE (s.ecosystem, s.name, s.version, s.architecture, s.source, s.source_version, s.module)
      = (line.ecosystem, line.name, line.version, line.architecture, line.source, line.source_version, line.module))
    ON CONFLICT DO NOTHING`.execute(db);
  await sql`INSERT INTO inventory_set (digest, software_ids, package_count, created_at)
    SELECT ${bytes(digest)}, coalesce(array_agg(s.id ORDER BY s.id), '{}'), count(s.id), ${now}
    FROM ${unnested} JOIN inventory_software s USING (ecosystem, name, version, architecture, source, source_version, module)
    ON CONFLICT DO NOTHING`.execute(db);
}

/** Points an asset at an inventory and closes the period of the one before. */
export async function setAssetInventory(db: Db, asset: string, digest: string, now: Date): Promise<void> {
  await sql`UPDATE inventory_asset SET set_digest = ${bytes(digest)}, inventory_at = ${now} WHERE id = ${asset}`.execute(
    db,
  );
  await sql`UPDATE inventory_set_period SET until_at = ${now} WHERE asset = ${asset} AND until_at IS NULL`.execute(db);
  await sql`INSERT INTO inventory_set_period (asset, digest, from_at) VALUES (${asset}, ${bytes(digest)}, ${now})
    ON CONFLICT (asset, from_at) DO UPDATE SET digest = excluded.digest, until_at = NULL`.execute(db);
}

export async function setAssetUpdates(
  db: Db,
  asset: string,
  digest: string,
  updates: readonly AvailableUpdate[] | null,
  now: Date,
): Promise<void> {
  if (updates !== null) {
    await sql`INSERT INTO inventory_update_set (digest, updates, created_at)
      VALUES (${bytes(digest)}, ${JSON.stringify(updates)}::jsonb, ${now}) ON CONFLICT DO NOTHING`.execute(db);
  }
  await sql`UPDATE inventory_asset SET updates_digest = ${bytes(digest)}, updates_at = ${now} WHERE id = ${asset}`.execute(
    db,
  );
}

export async function hasUpdateSet(db: Db, digest: string): Promise<boolean> {
  return (await first(db, sql`SELECT 1 FROM inventory_update_set WHERE digest = ${bytes(digest)}`)) !== null;
}

export async function setAssetFacts(
  db: Db,
  asset: string,
  digest: string,
  facts: AssetFacts,
  now: Date,
): Promise<void> {
  await sql`UPDATE inventory_asset SET facts_digest = ${bytes(digest)}, facts = ${JSON.stringify(facts)}::jsonb, facts_at = ${now},
    hostname = ${facts.hostname} WHERE id = ${asset}`.execute(db);
}

/** What every check-in leaves behind, and that what was confirmed by digest is as fresh as this check-in. */
export async function touchAsset(
  db: Db,
  asset: string,
  seen: { boot_id: string; root_version: number; inventory: boolean; updates: boolean; facts: boolean },
  now: Date,
): Promise<void> {
  await sql`UPDATE inventory_asset SET last_check_in_at = ${now}, boot_id = ${seen.boot_id}, root_version = ${seen.root_version},
    inventory_at = CASE WHEN ${seen.inventory} THEN ${now} ELSE inventory_at END,
    updates_at = CASE WHEN ${seen.updates} THEN ${now} ELSE updates_at END,
    facts_at = CASE WHEN ${seen.facts} THEN ${now} ELSE facts_at END
    WHERE id = ${asset}`.execute(db);
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

/** Takes a host's nonce; false when it has been taken before. */
export async function useNonce(db: Db, asset: string, nonce: string, now: Date): Promise<boolean> {
  const query = sql`INSERT INTO inventory_nonce (asset, nonce, at) VALUES (${asset}, ${nonce}, ${now}) ON CONFLICT DO NOTHING`;
  return (await changed(db, query)) === 1;
}

export async function forgetNonces(db: Db, before: Date): Promise<void> {
  await sql`DELETE FROM inventory_nonce WHERE at < ${before}`.execute(db);
}
