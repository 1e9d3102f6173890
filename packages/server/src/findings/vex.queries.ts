import type { VexStatement } from '@fleetmend/domain/advisories/vex/vex-statement.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';
import type { StoredStatement } from './vex.store.ts';

/** The statements about any of these vulnerabilities. */
export async function readStatements(db: Db, vulnerabilities: readonly string[]): Promise<StoredStatement[]> {
  if (vulnerabilities.length === 0) return [];
  const found = await rows(
    db,
    sql<{
      document: string;
      position: number;
      statement: VexStatement;
    }>`SELECT document, position, statement FROM vex_statement
      WHERE vulnerabilities && ${[...vulnerabilities]}::text[] ORDER BY document, position`,
  );
  return found.map(({ document, position, statement }) => ({ ...statement, ref: { document, position } }));
}

/** The assets on which a document answers something, or may: those with findings of its vulnerabilities. */
export async function listAssetsOfVex(db: Db, document: string): Promise<string[]> {
  const found = await rows(
    db,
    sql<{ asset: string }>`WITH named AS (
        SELECT DISTINCT unnest(vulnerabilities) AS id FROM vex_statement WHERE document = ${document})
      SELECT asset FROM finding WHERE cleared_at IS NULL AND vulnerability IN (SELECT id FROM named)
      UNION SELECT asset FROM finding_answered WHERE vulnerability IN (SELECT id FROM named) ORDER BY asset`,
  );
  return found.map(({ asset }) => asset);
}

/** The stored document that a new one of the same id by the same author takes the place of. */
export async function findVex(
  db: Db,
  { id, author, format }: { id: string; author: string; format: string },
): Promise<string | null> {
  const found = await first(
    db,
    sql<{ id: string }>`SELECT id FROM vex_document
      WHERE document = ${id} AND document <> '' AND author = ${author} AND format = ${format}`,
  );
  return found?.id ?? null;
}

export interface VexRow {
  id: string;
  document: string;
  author: string;
  format: 'openvex' | 'csaf' | 'cyclonedx';
  statements: number;
  unresolved: number;
  answers: number;
  imported_at: string;
  imported_by: string;
}

/** Documents, the newest first; only one where an id is given. */
export async function listVexRows(
  db: Db,
  { id, after, limit }: { id: string | null; after: readonly (string | number)[] | null; limit: number },
): Promise<VexRow[]> {
  return rows(
    db,
    sql<VexRow>`SELECT d.id, d.document, d.author, d.format, d.unresolved, d.imported_at, d.imported_by,
        (SELECT count(*)::int FROM vex_statement s WHERE s.document = d.id) AS statements,
        (SELECT count(*)::int FROM finding_answered a WHERE a.document = d.id) AS answers
      FROM vex_document d WHERE (${id}::text IS NULL OR d.id = ${id})
        AND (${after === null} OR (d.imported_at, d.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? ''}))
      ORDER BY d.imported_at DESC, d.id DESC LIMIT ${limit + 1}`,
  );
}

export interface AnsweredRow {
  asset: string;
  hostname: string;
  ecosystem: string;
  source: string;
  vulnerability: string;
  package: string;
  installed_version: string;
  answered_at: string;
  document: string;
  statement: VexStatement;
}

/** Answered findings by machine and vulnerability. */
export async function listAnsweredRows(
  db: Db,
  given: { document: string | null; asset: string | null; after: readonly (string | number)[] | null; limit: number },
): Promise<AnsweredRow[]> {
  const { document, asset, after, limit } = given;
  return rows(
    db,
    sql<AnsweredRow>`SELECT f.asset, a.hostname, f.ecosystem, f.source, f.vulnerability, f.package, f.installed_version, f.answered_at,
        f.document, s.statement
      FROM finding_answered f JOIN inventory_asset a ON a.id = f.asset
        JOIN vex_statement s ON s.document = f.document AND s.position = f.position
      WHERE (${document}::text IS NULL OR f.document = ${document})
        AND (${asset}::text IS NULL OR f.asset = ${asset} OR a.hostname = ${asset})
        AND (${after === null} OR (f.asset, f.vulnerability, f.source) > (${after?.[0] ?? ''}, ${after?.[1] ?? ''}, ${after?.[2] ?? ''}))
      ORDER BY f.asset, f.vulnerability, f.source LIMIT ${limit + 1}`,
  );
}

export interface StatedRow {
  vulnerability: string;
  ecosystem: string;
  source: string;
  installed_version: string;
  fixed_version: string | null;
  os: { id: string; version_id: string } | null;
  /** Null for what is open. */
  statement: VexStatement | null;
}

/** What is open and what is answered, once for each vulnerability, source package, version and system. */
export async function listStated(db: Db, limit: number): Promise<StatedRow[]> {
  return rows(
    db,
    sql<StatedRow>`SELECT DISTINCT f.vulnerability, f.ecosystem, f.source, f.installed_version, f.fixed_version,
        a.facts->'os' AS os, NULL::jsonb AS statement
      FROM finding f JOIN inventory_asset a ON a.id = f.asset WHERE f.cleared_at IS NULL AND f.vulnerability IS NOT NULL
      UNION SELECT f.vulnerability, f.ecosystem, f.source, f.installed_version, NULL, a.facts->'os', s.statement
      FROM finding_answered f JOIN inventory_asset a ON a.id = f.asset
        JOIN vex_statement s ON s.document = f.document AND s.position = f.position
      ORDER BY 1, 2, 3, 4 LIMIT ${limit}`,
  );
}
