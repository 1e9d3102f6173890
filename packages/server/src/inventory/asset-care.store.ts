import type { TwinEvidence } from '@fleetmend/domain/inventory/find-duplicates.ts';
import type { ListedHost } from '@fleetmend/domain/inventory/host-list.ts';
import { sql } from 'kysely';
import { changed, type Db, first } from '../platform/database.ts';
import type { AssetEdit } from './inventory.store.ts';

/** Keeps machines that a list names and no agent has spoken for; what an earlier list said is replaced. */
export async function upsertDiscovered(db: Db, hosts: readonly ListedHost[], source: string, now: Date): Promise<void> {
  await sql`INSERT INTO inventory_discovered (hostname, labels, owner, source, first_seen_at, last_seen_at)
    SELECT hostname, labels, owner, ${source}, ${now}, ${now}
    FROM jsonb_to_recordset(${JSON.stringify(hosts)}::jsonb) AS host (hostname text, labels jsonb, owner text)
    ON CONFLICT (hostname) DO UPDATE SET (labels, owner, source, last_seen_at)
      = (excluded.labels, excluded.owner, excluded.source, excluded.last_seen_at)`.execute(db);
}

/** False when no machine of this name is kept. */
export async function forgetDiscoveredRow(db: Db, hostname: string): Promise<boolean> {
  return (await changed(db, sql`DELETE FROM inventory_discovered WHERE hostname = ${hostname}`)) > 0;
}

export async function upsertSavedView(
  db: Db,
  view: { person: string; name: string; search: object },
  now: Date,
): Promise<void> {
  await sql`INSERT INTO inventory_saved_view (person, name, search, saved_at)
    VALUES (${view.person}, ${view.name}, ${JSON.stringify(view.search)}::jsonb, ${now})
    ON CONFLICT (person, name) DO UPDATE SET (search, saved_at) = (excluded.search, excluded.saved_at)`.execute(db);
}

export async function deleteSavedView(db: Db, person: string, name: string): Promise<boolean> {
  return (await changed(db, sql`DELETE FROM inventory_saved_view WHERE person = ${person} AND name = ${name}`)) === 1;
}

export interface PairDecisionRow {
  id: string;
  kind: 'merged' | 'kept_apart';
  kept: string;
  other: string;
  evidence: TwinEvidence[];
  before: AssetEdit | null;
  version_after: number | null;
  decided_by: string;
  decided_at: string;
  undone_by: string | null;
  undone_at: string | null;
}

/** False when a decision about this pair stands already. */
export async function insertPairDecision(
  db: Db,
  row: Omit<PairDecisionRow, 'decided_at' | 'undone_by' | 'undone_at'>,
  now: Date,
): Promise<boolean> {
  const count = await changed(
    db,
    sql`INSERT INTO inventory_pair_decision (id, kind, kept, other, evidence, before, version_after, decided_by, decided_at)
      VALUES (${row.id}, ${row.kind}, ${row.kept}, ${row.other}, ${JSON.stringify(row.evidence)}::jsonb,
        ${row.before === null ? null : JSON.stringify(row.before)}::jsonb, ${row.version_after}, ${row.decided_by}, ${now})
      ON CONFLICT DO NOTHING`,
  );
  return count === 1;
}

/** A decision, locked, so that it is taken back once. */
export async function lockPairDecision(db: Db, id: string): Promise<PairDecisionRow | null> {
  return first(db, sql<PairDecisionRow>`SELECT * FROM inventory_pair_decision WHERE id = ${id} FOR UPDATE`);
}

export async function undoPairDecisionRow(db: Db, id: string, by: string, now: Date): Promise<void> {
  await sql`UPDATE inventory_pair_decision SET undone_by = ${by}, undone_at = ${now} WHERE id = ${id}`.execute(db);
}

/** Marks which asset took another's place. */
export async function setMergedInto(db: Db, asset: string, into: string): Promise<void> {
  await sql`UPDATE inventory_asset SET merged_into = ${into} WHERE id = ${asset}`.execute(db);
}

/** Takes a retired asset back into service; false when its key is enrolled under another asset now. */
export async function reviveAsset(db: Db, asset: string): Promise<boolean> {
  const count = await changed(
    db,
    sql`UPDATE inventory_asset a SET retired_at = NULL, merged_into = NULL WHERE id = ${asset} AND NOT EXISTS (
      SELECT FROM inventory_asset other WHERE other.key_id = a.key_id AND other.id <> a.id AND other.retired_at IS NULL)`,
  );
  return count === 1;
}
