import type { PatchGroup } from '@fleetmend/domain/patches/group-updates.ts';
import { sql } from 'kysely';
import { takeNumbers } from '../platform/counter.ts';
import { type Db, first, rows } from '../platform/database.ts';

export interface PatchRow extends PatchGroup {
  id: string;
  first_seen_at: string;
}

/** The kept patches that these groups are, by their row. */
export async function findPatches(db: Db, groups: readonly PatchGroup[]): Promise<PatchRow[]> {
  return rows(
    db,
    sql<PatchRow>`SELECT p.* FROM patch p JOIN unnest(${groups.map(({ ecosystem }) => ecosystem)}::text[],
      ${groups.map(({ source }) => source)}::text[], ${groups.map(({ to_version }) => to_version)}::text[]) AS g (ecosystem, source, to_version)
      USING (ecosystem, source, to_version)`,
  );
}

/** Nobody else makes or changes patches until this transaction ends, so that none is made twice and none skips a number. */
export async function lockPatches(db: Db): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('patches', 0))`.execute(db);
}

/** Gives new patches their numbers. */
export async function insertPatches(db: Db, groups: readonly PatchGroup[], now: Date): Promise<void> {
  const first = await takeNumbers(db, 'patch', groups.length);
  await sql`INSERT INTO patch (id, number, ecosystem, source, to_version, packages, origins, is_security, first_seen_at)
    SELECT 'P-' || number, number, ecosystem, source, to_version, packages, origins, is_security, ${now}
    FROM (SELECT r.*, ${first}::bigint + r.place AS number FROM ${records(groups)}) AS numbered`.execute(db);
}

/** Writes what more is known of kept patches. */
export async function updatePatches(db: Db, groups: readonly PatchGroup[]): Promise<void> {
  await sql`UPDATE patch p SET packages = r.packages, origins = r.origins, is_security = r.is_security
    FROM ${records(groups)} WHERE (p.ecosystem, p.source, p.to_version) = (r.ecosystem, r.source, r.to_version)`.execute(
    db,
  );
}

function records(groups: readonly PatchGroup[]) {
  const rows = groups.map(({ ecosystem, source, to_version, packages, origins, is_security }, place) => ({
    place,
    ecosystem,
    source,
    to_version,
    packages,
    origins,
    is_security,
  }));
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (place integer, ecosystem text, source text, to_version text,
    packages jsonb, origins text[], is_security boolean)`;
}

/** Keeps that patches were offered to assets; the first time counts. */
export async function recordOffered(
  db: Db,
  offers: readonly { patch: string; asset: string; release: string }[],
  now: Date,
): Promise<void> {
  const column = (read: (offer: (typeof offers)[number]) => string) => sql`${offers.map(read)}::text[]`;
  await sql`INSERT INTO patch_offer (patch, asset, release, first_offered_at)
    SELECT patch, asset, release, ${now} FROM unnest(${column(({ patch }) => patch)}, ${column(({ asset }) => asset)},
      ${column(({ release }) => release)}) AS o (patch, asset, release) ON CONFLICT DO NOTHING`.execute(db);
}

export async function readPatchRow(db: Db, id: string): Promise<PatchRow | null> {
  return first(db, sql<PatchRow>`SELECT * FROM patch WHERE id = ${id.toUpperCase()}`);
}
