import type { PatchGroup } from '@fleetmend/domain/patches/group-updates.ts';
import { sql } from 'kysely';
import { nextNumber } from '../platform/counter.ts';
import { type Db, first, rows } from '../platform/database.ts';

export interface PatchRow extends PatchGroup {
  id: string;
  first_seen_at: string;
}

/** The kept patches that these groups are, by their row. */
export async function findPatches(db: Db, groups: readonly PatchGroup[]): Promise<PatchRow[]> {
  return rows(db, sql<PatchRow>`${kept(groups)}`);
}

/** The same, locked in the order of their numbers; two assets that bring the same one wait for each other. */
export async function lockPatches(db: Db, groups: readonly PatchGroup[]): Promise<PatchRow[]> {
  return rows(db, sql<PatchRow>`${kept(groups)} ORDER BY p.number FOR UPDATE OF p`);
}

function kept(groups: readonly PatchGroup[]) {
  return sql`SELECT p.* FROM patch p JOIN unnest(${groups.map(({ ecosystem }) => ecosystem)}::text[],
    ${groups.map(({ source }) => source)}::text[], ${groups.map(({ to_version }) => to_version)}::text[]) AS g (ecosystem, source, to_version)
    USING (ecosystem, source, to_version)`;
}

/** Nobody else makes patches until this transaction ends, so that none is made twice and none skips a number. */
export async function lockNewPatches(db: Db): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('patches', 0))`.execute(db);
}

export async function insertPatches(db: Db, groups: readonly PatchGroup[], now: Date): Promise<void> {
  for (const { ecosystem, source, to_version, packages, origins, is_security } of groups) {
    const number = await nextNumber(db, 'patch');
    await sql`INSERT INTO patch (id, number, ecosystem, source, to_version, packages, origins, is_security, first_seen_at)
      VALUES (${`P-${number}`}, ${number}, ${ecosystem}, ${source}, ${to_version}, ${JSON.stringify(packages)}::jsonb, ${origins},
        ${is_security}, ${now})`.execute(db);
  }
}

export async function updatePatch(db: Db, id: string, { packages, origins, is_security }: PatchGroup): Promise<void> {
  await sql`UPDATE patch SET packages = ${JSON.stringify(packages)}::jsonb, origins = ${origins}, is_security = ${is_security}
    WHERE id = ${id}`.execute(db);
}

/** Keeps that these patches were offered to an asset; the first time counts. */
export async function recordOffered(
  db: Db,
  patches: readonly string[],
  { asset, release }: { asset: string; release: string },
  now: Date,
): Promise<void> {
  await sql`INSERT INTO patch_offer (patch, asset, release, first_offered_at)
    SELECT patch, ${asset}, ${release}, ${now} FROM unnest(${[...patches]}::text[]) AS patch ON CONFLICT DO NOTHING`.execute(
    db,
  );
}

export async function readPatchRow(db: Db, id: string): Promise<PatchRow | null> {
  return first(db, sql<PatchRow>`SELECT * FROM patch WHERE id = ${id.toUpperCase()}`);
}
