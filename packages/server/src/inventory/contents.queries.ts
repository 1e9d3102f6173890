import type { AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

/** A package of the dictionary. What stands under an id never changes. */
export type StoredSoftware = Software & { id: number };

/** An inventory as it is stored: whole, or as the difference to a whole one. */
export interface StoredSet {
  digest: string;
  base: string | null;
  ids: number[];
  without: number[];
}

const octets = (digests: readonly string[]) => sql`${digests.map((hex) => Buffer.from(hex, 'hex'))}::bytea[]`;

/** The inventories under these digests (hex). */
export async function readSets(db: Db, digests: readonly string[]): Promise<StoredSet[]> {
  if (digests.length === 0) return [];
  return rows(
    db,
    sql<StoredSet>`SELECT encode(digest, 'hex') AS digest, encode(base, 'hex') AS base, software_ids AS ids, without
      FROM inventory_set WHERE digest = ANY (${octets(digests)})`,
  );
}

/** The packages under these ids. */
export async function readSoftware(db: Db, ids: readonly number[]): Promise<StoredSoftware[]> {
  if (ids.length === 0) return [];
  return rows(
    db,
    sql<StoredSoftware>`SELECT id, ecosystem, name, version, architecture, source, source_version, nullif(module, '') AS module
      FROM inventory_software WHERE id = ANY (${[...ids]}::integer[])`,
  );
}

/** The updates under each digest (hex). */
export async function readUpdateSets(db: Db, digests: readonly string[]): Promise<Map<string, AvailableUpdate[]>> {
  if (digests.length === 0) return new Map();
  const found = await rows(
    db,
    sql<{
      digest: string;
      updates: AvailableUpdate[];
    }>`SELECT encode(digest, 'hex') AS digest, updates FROM inventory_update_set
      WHERE digest = ANY (${octets(digests)})`,
  );
  return new Map(found.map(({ digest, updates }) => [digest, updates]));
}
