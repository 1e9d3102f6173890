import type { Output } from '@fleetmend/api/client.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';
import type { PairDecisionRow } from './asset-care.store.ts';

type Discovered = Output<'listDiscovered'>['data'][number];
type SavedView = Output<'saveView'>;

/** Machines that a list names and that are not enrolled, by name: one that has enrolled since is left out. */
export async function listDiscoveredRows(db: Db, after: string | null, limit: number): Promise<Discovered[]> {
  return rows(
    db,
    sql<Discovered>`SELECT d.* FROM inventory_discovered d
      WHERE (${after}::text IS NULL OR d.hostname > ${after}) AND NOT EXISTS (
        SELECT FROM inventory_asset a WHERE a.retired_at IS NULL AND lower(a.hostname) = lower(d.hostname))
      ORDER BY d.hostname LIMIT ${limit + 1}`,
  );
}

export async function listSavedViewRows(db: Db, person: string): Promise<SavedView[]> {
  return rows(db, sql<SavedView>`SELECT name, search FROM inventory_saved_view WHERE person = ${person} ORDER BY name`);
}

/** Pairs about which a decision stands, as `older id, newer id` in either order. */
export async function listDecidedPairs(db: Db): Promise<{ kept: string; other: string }[]> {
  return rows(
    db,
    sql<{ kept: string; other: string }>`SELECT kept, other FROM inventory_pair_decision WHERE undone_at IS NULL`,
  );
}

export type PairDecisionView = PairDecisionRow & { kept_hostname: string; other_hostname: string };

const view = sql`SELECT d.*, k.hostname AS kept_hostname, o.hostname AS other_hostname FROM inventory_pair_decision d
  JOIN inventory_asset k ON k.id = d.kept JOIN inventory_asset o ON o.id = d.other`;

export async function readPairDecision(db: Db, id: string): Promise<PairDecisionView | null> {
  return (await rows(db, sql<PairDecisionView>`${view} WHERE d.id = ${id}`))[0] ?? null;
}

/** Newest first; ids rise with time. */
export async function listPairDecisionRows(db: Db, before: string | null, limit: number): Promise<PairDecisionView[]> {
  return rows(
    db,
    sql<PairDecisionView>`${view} WHERE ${before}::text IS NULL OR d.id < ${before} ORDER BY d.id DESC LIMIT ${limit + 1}`,
  );
}

/** What an asset had at a time (RFC 3339), by the digest of its inventory; null where nothing is known of then. */
export async function readDigestAt(
  db: Db,
  asset: string,
  at: string,
): Promise<{ digest: string; from_at: string } | null> {
  const found = await rows(
    db,
    sql<{ digest: string; from_at: string }>`SELECT encode(digest, 'hex') AS digest, from_at FROM inventory_set_period
      WHERE asset = ${asset} AND from_at <= ${at}::timestamptz ORDER BY from_at DESC LIMIT 1`,
  );
  return found[0] ?? null;
}
