import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

export interface PlacedAsset {
  id: string;
  os: AssetFacts['os'] | null;
  /** Hex; null for one that is retired or has not reported. */
  digest: string | null;
  /** Transactions below this one had ended when this was read. */
  horizon: string;
}

/** The assets that were placed by a transaction from `seen` on, in the order of their ids. */
export async function readPlacedSince(db: Db, seen: string, after: string, limit: number): Promise<PlacedAsset[]> {
  return rows(
    db,
    sql<PlacedAsset>`SELECT id, facts->'os' AS os, CASE WHEN retired_at IS NULL THEN encode(set_digest, 'hex') END AS digest,
        pg_snapshot_xmin(pg_current_snapshot())::text AS horizon
      FROM inventory_asset WHERE placed_in >= ${seen}::xid8 AND id > ${after} ORDER BY id LIMIT ${limit}`,
  );
}
