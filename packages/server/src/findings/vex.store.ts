import type { VexReading, VexStatement } from '@fleetmend/domain/advisories/vex/vex-statement.ts';
import type { Answered } from '@fleetmend/domain/findings/answer-findings.ts';
import { sql } from 'kysely';
import { changed, type Db } from '../platform/database.ts';

/** A statement as it is stored, with the place it has. */
export type StoredStatement = VexStatement & { ref: { document: string; position: number } };

/** Writes a document with its statements; an older one of the same id by the same author is gone. */
export async function insertVex(
  db: Db,
  { document, statements, unresolved }: VexReading,
  { id, by, now }: { id: string; by: string; now: Date },
): Promise<void> {
  if (document.id !== '')
    await sql`DELETE FROM vex_document WHERE document = ${document.id} AND author = ${document.author}
      AND format = ${document.format}`.execute(db);
  await sql`INSERT INTO vex_document (id, document, author, format, unresolved, imported_at, imported_by)
    VALUES (${id}, ${document.id}, ${document.author}, ${document.format}, ${unresolved}, ${now}, ${by})`.execute(db);
  await sql`INSERT INTO vex_statement (document, position, vulnerabilities, statement)
    SELECT ${id}, s.position, ARRAY(SELECT jsonb_array_elements_text(s.statement->'vulnerabilities')), s.statement
    FROM jsonb_array_elements(${JSON.stringify(statements)}::jsonb) WITH ORDINALITY AS s (statement, position)`.execute(
    db,
  );
}

/** False when there is none of that id. */
export async function deleteVex(db: Db, id: string): Promise<boolean> {
  return (await changed(db, sql`DELETE FROM vex_document WHERE id = ${id}`)) === 1;
}

export type AnsweredFinding = Answered<StoredStatement> & { asset: string };

/** Writes which findings of these assets are answered now; since when stays as it was. */
export async function setAnswered(
  db: Db,
  assets: readonly string[],
  answered: readonly AnsweredFinding[],
  now: Date,
): Promise<void> {
  const records = answered.map(({ asset, finding, statement: { ref } }) => ({
    asset,
    ecosystem: finding.ecosystem,
    source: finding.source,
    vulnerability: finding.vulnerability,
    package: finding.package,
    installed_version: finding.installed_version,
    ...ref,
  }));
  const given = sql`jsonb_to_recordset(${JSON.stringify(records)}::jsonb) AS r (asset text, ecosystem text, source text,
    vulnerability text, package text, installed_version text, document text, position integer)`;
  await sql`DELETE FROM finding_answered a WHERE asset = ANY (${[...assets]}) AND NOT EXISTS (SELECT FROM ${given}
    WHERE r.asset = a.asset AND r.ecosystem = a.ecosystem AND r.source = a.source AND r.vulnerability = a.vulnerability)`.execute(
    db,
  );
  if (records.length === 0) return;
  await sql`INSERT INTO finding_answered (asset, ecosystem, source, vulnerability, package, installed_version, document, position,
      answered_at)
    SELECT r.asset, r.ecosystem, r.source, r.vulnerability, r.package, r.installed_version, r.document, r.position, ${now} FROM ${given}
    ON CONFLICT (asset, ecosystem, source, vulnerability) DO UPDATE SET package = excluded.package,
      installed_version = excluded.installed_version, document = excluded.document, position = excluded.position`.execute(
    db,
  );
}
