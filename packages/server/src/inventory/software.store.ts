import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { type RawBuilder, sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';
import type { PreparedSet } from './software-library.ts';

/** Digits of a digest as PostgreSQL keeps them. */
export function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

/** Lines as a relation. */
function unnested(lines: readonly string[]): RawBuilder<unknown> {
  const columns = lines.map((line) => line.split('\t'));
  const column = (at: number) => columns.map((fields) => fields[at] ?? '');
  return sql`unnest(${column(0)}::text[], ${column(1)}::text[], ${column(2)}::text[], ${column(3)}::text[],
    ${column(4)}::text[], ${column(5)}::text[], ${column(6)}::text[], ${lines}::text[])
    AS line (ecosystem, name, version, architecture, source, source_version, module, whole)`;
}

/** The ids of those lines that are in the dictionary. */
export async function findSoftwareIds(db: Db, lines: readonly string[]): Promise<Map<string, number>> {
  if (lines.length === 0) return new Map();
  const found = await rows(
    db,
    sql<{ id: number; whole: string }>`SELECT s.id, line.whole FROM ${unnested(lines)}
      JOIN inventory_software s USING (ecosystem, name, version, architecture, source, source_version, module)`,
  );
  return new Map(found.map(({ id, whole }) => [whole, id]));
}

/**
 * Adds lines to the dictionary; sorted, so that two reports that bring the same ones lock them in the same order.
 * @returns the ids of those that are new.
 */
export async function insertSoftware(db: Db, sorted: readonly string[]): Promise<Map<string, number>> {
  const made = await rows(
    db,
    sql<
      Software & { id: number }
    >`INSERT INTO inventory_software (ecosystem, name, version, architecture, source, source_version, module)
      SELECT ecosystem, name, version, architecture, source, source_version, module FROM ${unnested(sorted)}
      ON CONFLICT DO NOTHING
      RETURNING id, ecosystem, name, version, architecture, source, source_version, nullif(module, '') AS module`,
  );
  return new Map(made.map((each) => [softwareLine(each), each.id]));
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

/** The newest inventories that are stored whole: sorted ids by digest, oldest first. */
export async function readWholeSets(db: Db, limit: number): Promise<Map<string, readonly number[]>> {
  const found = await rows(
    db,
    sql<{ digest: string; software_ids: number[] }>`SELECT encode(digest, 'hex') AS digest, software_ids
      FROM inventory_set WHERE base IS NULL ORDER BY created_at DESC LIMIT ${limit}`,
  );
  return new Map(found.reverse().map(({ digest, software_ids }) => [digest, software_ids]));
}

/** Which of these inventories are stored. */
export async function findSets(db: Db, digests: readonly string[]): Promise<Set<string>> {
  const found = await rows(
    db,
    sql<{ digest: string }>`SELECT encode(digest, 'hex') AS digest FROM inventory_set
      WHERE digest = ANY (${digests.map(bytes)}::bytea[])`,
  );
  return new Set(found.map(({ digest }) => digest));
}

/** Stores inventories under their digests. */
export async function insertSets(db: Db, sets: readonly PreparedSet[], now: Date): Promise<void> {
  await sql`INSERT INTO inventory_set (digest, base, software_ids, without, package_count, created_at)
    SELECT digest, base, added::integer[], without::integer[], package_count, ${now}
    FROM unnest(${sets.map(({ digest }) => bytes(digest))}::bytea[],
      ${sets.map(({ base }) => (base === null ? null : bytes(base)))}::bytea[],
      ${sets.map(({ added }) => `{${added.join()}}`)}::text[], ${sets.map(({ without }) => `{${without.join()}}`)}::text[],
      ${sets.map(({ package_count }) => package_count)}::integer[]) AS t (digest, base, added, without, package_count)
    ORDER BY digest ON CONFLICT DO NOTHING`.execute(db);
}
