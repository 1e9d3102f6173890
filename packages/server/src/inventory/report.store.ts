import type { AssetFacts, AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';
import { bytes } from './software.store.ts';

/** What an asset has reported before. */
export interface ReportedRow {
  id: string;
  inventory_digest: string | null;
  updates_digest: string | null;
  facts_digest: string | null;
  boot_id: string | null;
  root_version: number;
}

/** The assets of a batch of reports, locked in one order, so that two batches never wait for each other in a circle. */
export async function lockReported(db: Db, ids: readonly string[]): Promise<ReportedRow[]> {
  return rows(
    db,
    sql<ReportedRow>`SELECT id, encode(set_digest, 'hex') AS inventory_digest, encode(updates_digest, 'hex') AS updates_digest,
        encode(facts_digest, 'hex') AS facts_digest, boot_id, root_version
      FROM inventory_asset WHERE id = ANY (${[...ids]}) AND retired_at IS NULL ORDER BY id FOR NO KEY UPDATE`,
  );
}

/** Which of these digests of updates are stored. */
export async function findUpdateSets(db: Db, digests: readonly string[]): Promise<Set<string>> {
  const found = await rows(
    db,
    sql<{ digest: string }>`SELECT encode(digest, 'hex') AS digest FROM inventory_update_set
      WHERE digest = ANY (${digests.map(bytes)}::bytea[])`,
  );
  return new Set(found.map(({ digest }) => digest));
}

export async function insertUpdateSets(
  db: Db,
  sets: readonly { digest: string; updates: readonly AvailableUpdate[] }[],
  now: Date,
): Promise<void> {
  await sql`INSERT INTO inventory_update_set (digest, updates, created_at)
    SELECT digest, updates, ${now} FROM unnest(${sets.map(({ digest }) => bytes(digest))}::bytea[],
      ${sets.map(({ updates }) => JSON.stringify(updates))}::jsonb[]) AS t (digest, updates)
    ORDER BY digest ON CONFLICT DO NOTHING`.execute(db);
}

/** What a report leaves of an asset; a digest that is null is left as it is. */
export interface ReportedChange {
  asset: string;
  inventory_digest: string | null;
  updates_digest: string | null;
  facts_digest: string | null;
  facts: AssetFacts | null;
  boot_id: string;
  root_version: number;
}

/** Writes what was reported, and that all that is named here is as fresh as this report. */
export async function writeReported(db: Db, changes: readonly ReportedChange[], now: Date): Promise<void> {
  const digests = (of: (change: ReportedChange) => string | null) =>
    changes.map((change) => {
      const digest = of(change);
      return digest === null ? null : bytes(digest);
    });
  await sql`UPDATE inventory_asset a SET last_check_in_at = ${now}, boot_id = t.boot_id, root_version = t.root_version,
      set_digest = coalesce(t.inventory_digest, set_digest),
      inventory_at = CASE WHEN t.inventory_digest IS NULL THEN inventory_at ELSE ${now} END,
      updates_digest = coalesce(t.updates_digest, a.updates_digest),
      updates_at = CASE WHEN t.updates_digest IS NULL THEN updates_at ELSE ${now} END,
      facts_digest = coalesce(t.facts_digest, a.facts_digest),
      facts_at = CASE WHEN t.facts_digest IS NULL THEN facts_at ELSE ${now} END,
      facts = coalesce(t.facts, a.facts), hostname = coalesce(t.facts ->> 'hostname', hostname)
    FROM unnest(${changes.map(({ asset }) => asset)}::text[],
      ${digests(({ inventory_digest }) => inventory_digest)}::bytea[],
      ${digests(({ updates_digest }) => updates_digest)}::bytea[], ${digests(({ facts_digest }) => facts_digest)}::bytea[],
      ${changes.map(({ facts }) => (facts === null ? null : JSON.stringify(facts)))}::jsonb[],
      ${changes.map(({ boot_id }) => boot_id)}::text[], ${changes.map(({ root_version }) => root_version)}::integer[])
      AS t (asset, inventory_digest, updates_digest, facts_digest, facts, boot_id, root_version)
    WHERE a.id = t.asset`.execute(db);
}

/** Closes the period of the inventory before and opens that of the one now. */
export async function writePeriods(
  db: Db,
  periods: readonly { asset: string; digest: string }[],
  now: Date,
): Promise<void> {
  const assets = periods.map(({ asset }) => asset);
  await sql`UPDATE inventory_set_period SET until_at = ${now} WHERE asset = ANY (${assets}) AND until_at IS NULL`.execute(
    db,
  );
  await sql`INSERT INTO inventory_set_period (asset, digest, from_at)
    SELECT asset, digest, ${now} FROM unnest(${assets}::text[], ${periods.map(({ digest }) => bytes(digest))}::bytea[])
      AS t (asset, digest)
    ON CONFLICT (asset, from_at) DO UPDATE SET digest = excluded.digest, until_at = NULL`.execute(db);
}

/** Adds lines to the timelines of assets. */
export async function recordAssetEvents(
  db: Db,
  events: readonly { asset: string; kind: string; text: string; change?: string }[],
  now: Date,
): Promise<void> {
  await sql`INSERT INTO inventory_event (asset, at, kind, text, change)
    SELECT asset, ${now}, kind, text, change FROM unnest(${events.map(({ asset }) => asset)}::text[],
      ${events.map(({ kind }) => kind)}::text[], ${events.map(({ text }) => text)}::text[],
      ${events.map(({ change }) => change ?? null)}::text[]) AS t (asset, kind, text, change)`.execute(db);
}
