import type { PatchMove, PatchStanding } from '@fleetmend/domain/patches/patch-move.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

/** Where each patch stood when it was last looked at; whoever looks at the same time waits for this transaction. */
export async function lockStandings(db: Db): Promise<Map<string, PatchStanding>> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('patch-standings', 0))`.execute(db);
  const found = await rows(db, sql<PatchStanding & { patch: string }>`SELECT * FROM patch_standing`);
  return new Map(found.map(({ patch, ...standing }) => [patch, standing]));
}

export async function keepStandings(db: Db, standings: ReadonlyMap<string, PatchStanding>): Promise<void> {
  const records = [...standings].map(([patch, standing]) => ({ patch, ...standing }));
  await sql`INSERT INTO patch_standing SELECT * FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS r (patch text, decision text,
      score integer, model integer, known_exploited text[], ransomware text[])
    ON CONFLICT (patch) DO UPDATE SET (decision, score, model, known_exploited, ransomware)
      = (excluded.decision, excluded.score, excluded.model, excluded.known_exploited, excluded.ransomware)`.execute(db);
}

export async function insertMoves(
  db: Db,
  moves: readonly { patch: string; move: PatchMove }[],
  now: Date,
): Promise<void> {
  const records = moves.map(({ patch, move }) => ({ patch, ...move }));
  await sql`INSERT INTO patch_move (patch, at, direction, from_decision, to_decision, from_score, to_score, reasons)
    SELECT patch, ${now}, direction, from_decision, to_decision, from_score, to_score, reasons
    FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS r (patch text, direction text, from_decision text, to_decision text,
      from_score integer, to_score integer, reasons text[])`.execute(db);
}

/** How a patch has moved, the last first. */
export async function listMoves(db: Db, patch: string, limit: number): Promise<(PatchMove & { at: string })[]> {
  return rows(
    db,
    sql<
      PatchMove & { at: string }
    >`SELECT at, direction, from_decision, to_decision, from_score, to_score, reasons FROM patch_move
      WHERE patch = ${patch} ORDER BY sequence DESC LIMIT ${limit}`,
  );
}
