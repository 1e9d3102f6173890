import type { ClearedBecause, DerivedFinding } from '@fleetmend/domain/findings/derived-finding.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

export interface OpenFinding extends DerivedFinding {
  id: string;
  asset: string;
  patch_available_at: string | null;
  waits_for: string | null;
}

/** Whoever else computes findings or matches waits until this transaction has ended. */
export async function lockFindings(db: Db): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('findings', 0))`.execute(db);
}

/** The same without waiting: false while somebody else computes them. */
export async function tryLockFindings(db: Db): Promise<boolean> {
  const found = await first(
    db,
    sql<{ is_ours: boolean }>`SELECT pg_try_advisory_xact_lock(hashtextextended('findings', 0)) AS is_ours`,
  );
  return found?.is_ours === true;
}

/** What is open on these assets. */
export async function listOpenFindings(db: Db, assets: readonly string[]): Promise<OpenFinding[]> {
  return rows(
    db,
    sql<OpenFinding>`SELECT id, asset, ecosystem, source, vulnerability, package, architecture, installed_version, fixed_version, state, evidence,
      decided_by, waits_for, published_at, patch_available_at FROM finding WHERE asset = ANY (${[...assets]}) AND cleared_at IS NULL`,
  );
}

export async function insertFindings(db: Db, findings: readonly OpenFinding[], now: Date): Promise<void> {
  await sql`INSERT INTO finding (id, asset, ecosystem, source, vulnerability, package, architecture, installed_version, fixed_version,
      state, evidence, decided_by, waits_for, published_at, detected_at, patch_available_at)
    SELECT id, asset, ecosystem, source, vulnerability, package, architecture, installed_version, fixed_version, state, evidence,
      decided_by, waits_for, published_at, ${now}, patch_available_at FROM ${records(findings)}`.execute(db);
}

/** Writes what is now known of findings that stay open; when they were detected stays as it is. */
export async function updateFindings(db: Db, findings: readonly OpenFinding[]): Promise<void> {
  await sql`UPDATE finding f SET package = r.package, architecture = r.architecture, installed_version = r.installed_version,
      fixed_version = r.fixed_version, state = r.state, evidence = r.evidence, decided_by = r.decided_by, waits_for = r.waits_for, published_at = r.published_at,
      patch_available_at = coalesce(f.patch_available_at, r.patch_available_at)
    FROM ${records(findings)} WHERE f.id = r.id`.execute(db);
}

export async function clearFindings(
  db: Db,
  cleared: readonly { id: string; because: ClearedBecause }[],
  now: Date,
): Promise<void> {
  await sql`UPDATE finding f SET cleared_at = ${now}, cleared_because = c.because
    FROM unnest(${cleared.map(({ id }) => id)}::text[], ${cleared.map(({ because }) => because)}::text[]) AS c (id, because)
    WHERE f.id = c.id AND f.cleared_at IS NULL`.execute(db);
}

function records(findings: readonly OpenFinding[]) {
  return sql`jsonb_to_recordset(${JSON.stringify(findings)}::jsonb) AS r (id text, asset text, ecosystem text, source text, vulnerability text,
    package text, architecture text, installed_version text, fixed_version text, state text, evidence jsonb, decided_by text, waits_for text, published_at timestamptz,
    patch_available_at timestamptz)`;
}
