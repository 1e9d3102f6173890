import type { AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import type { SystemCount } from '@fleetmend/domain/inventory/why-wanted.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';
import type { AssetRow } from './inventory.store.ts';

/** The public key of an enrolled asset (SPKI, DER); null for one that is unknown, retired or has no agent. */
export async function readAssetKey(db: Db, asset: string): Promise<Buffer | null> {
  const row = await first(
    db,
    sql<{ spki: Buffer | null }>`SELECT spki FROM inventory_asset WHERE id = ${asset} AND retired_at IS NULL`,
  );
  return row?.spki ?? null;
}

export type AssetView = AssetRow & { package_count: number | null };

const view = sql`SELECT a.*, s.package_count
  FROM inventory_asset a LEFT JOIN inventory_set s ON s.digest = a.set_digest`;

/** One asset by its id, or by its host name when that is one asset's alone. */
export async function readAssetView(db: Db, idOrName: string): Promise<AssetView | null> {
  const found = await rows(
    db,
    sql<AssetView>`${view} WHERE a.retired_at IS NULL AND (a.id = ${idOrName} OR a.hostname = ${idOrName}) LIMIT 2`,
  );
  return found.find((asset) => asset.id === idOrName) ?? (found.length === 1 ? (found[0] ?? null) : null);
}

/** Every asset that is not retired, in order of host name. */
export async function listAssetViews(db: Db): Promise<AssetView[]> {
  return rows(db, sql<AssetView>`${view} WHERE a.retired_at IS NULL ORDER BY a.hostname, a.id`);
}

export interface SoftwareView extends Software {
  candidate_version: string | null;
}

/** What an asset had installed at a time, with what it could have instead now; in order of name and architecture. */
export async function listSoftware(
  db: Db,
  {
    asset,
    at,
    search,
    after,
    limit,
  }: { asset: string; at: string | null; search: string; after: readonly (string | number)[] | null; limit: number },
): Promise<SoftwareView[]> {
  return rows(
    db,
    sql<SoftwareView>`SELECT s.ecosystem, s.name, s.version, s.architecture, s.source, s.source_version, nullif(s.module, '') AS module, u.candidate_version
      FROM inventory_asset a
      CROSS JOIN LATERAL inventory_set_ids(CASE WHEN ${at}::timestamptz IS NULL THEN a.set_digest ELSE (
        SELECT p.digest FROM inventory_set_period p WHERE p.asset = a.id AND p.from_at <= ${at}::timestamptz
          AND (p.until_at IS NULL OR p.until_at > ${at}::timestamptz)) END) AS member
      JOIN inventory_software s ON s.id = member
      LEFT JOIN inventory_update_set us ON us.digest = a.updates_digest
      LEFT JOIN LATERAL jsonb_to_recordset(us.updates) AS u (name text, architecture text, installed_version text, candidate_version text)
        ON u.name = s.name AND u.architecture = s.architecture AND u.installed_version = s.version
      WHERE a.id = ${asset} AND strpos(s.name, ${search}) > 0
        AND (${after === null} OR (s.name, s.architecture, s.version) > (${after?.[0] ?? ''}, ${after?.[1] ?? ''}, ${after?.[2] ?? ''}))
      ORDER BY s.name, s.architecture, s.version LIMIT ${limit + 1}`,
  );
}

/** The updates an asset can install now, and when it last said so; null before its first report. */
export async function readUpdates(db: Db, asset: string): Promise<{ updates: AvailableUpdate[]; at: string } | null> {
  return first(
    db,
    sql<{ updates: AvailableUpdate[]; at: string }>`SELECT u.updates, a.updates_at AS at FROM inventory_asset a
      JOIN inventory_update_set u ON u.digest = a.updates_digest WHERE a.id = ${asset}`,
  );
}

export interface TimelineRow {
  id: number;
  at: string;
  kind: string;
  text: string;
  change: string | null;
}

export async function listTimeline(
  db: Db,
  asset: string,
  before: number | null,
  limit: number,
): Promise<TimelineRow[]> {
  return rows(
    db,
    sql<TimelineRow>`SELECT id, at, kind, text, change FROM inventory_event
      WHERE asset = ${asset} AND (${before}::bigint IS NULL OR id < ${before}) ORDER BY id DESC LIMIT ${limit + 1}`,
  );
}

export interface EnrolmentView {
  created_at: string;
  expires_at: string;
  fetched_at: string | null;
  used_at: string | null;
  asset: string | null;
  hostname: string | null;
  waits_for: AssetRow['waits_for'];
  last_check_in_at: string | null;
  packages_at: string | null;
  updates_at: string | null;
  lists_error: string | null;
}

/** A code, and the machine that used it: of its reports, those that came after. */
export async function readEnrolmentView(db: Db, id: string): Promise<EnrolmentView | null> {
  return first(
    db,
    sql<EnrolmentView>`SELECT c.created_at, c.expires_at, c.fetched_at, c.used_at, a.id AS asset, a.hostname, a.waits_for,
        CASE WHEN a.last_check_in_at >= c.used_at THEN a.last_check_in_at END AS last_check_in_at,
        CASE WHEN a.inventory_at >= c.used_at THEN a.inventory_at END AS packages_at,
        CASE WHEN a.updates_at >= c.used_at THEN a.updates_at END AS updates_at, a.facts->>'lists_error' AS lists_error
      FROM inventory_enrolment_code c LEFT JOIN inventory_asset a ON a.id = c.asset WHERE c.id = ${id}`,
  );
}

/** How many machines run each system, of those that have said so. */
export async function countSystems(db: Db): Promise<SystemCount[]> {
  return rows(
    db,
    sql<SystemCount>`SELECT facts->'os' AS os, count(*)::integer AS machines FROM inventory_asset
      WHERE retired_at IS NULL AND facts IS NOT NULL GROUP BY 1`,
  );
}

/** Those of these ecosystems that some inventory has or had a package of. */
export async function listInstalledEcosystems(db: Db, among: readonly string[]): Promise<string[]> {
  const found = await rows(
    db,
    sql<{ ecosystem: string }>`SELECT e.ecosystem FROM unnest(${[...among]}::text[]) AS e (ecosystem)
      WHERE EXISTS (SELECT FROM inventory_software s WHERE s.ecosystem = e.ecosystem)`,
  );
  return found.map(({ ecosystem }) => ecosystem);
}
