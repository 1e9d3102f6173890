import type { Signature } from '@fleetmend/domain/access/trust-root.ts';
import { sql } from 'kysely';
import { changed, type Db } from '../platform/database.ts';

/** Any constant of our own: signatures over roots are taken one after the other. */
const LOCK = 7_600_003;

export async function lockRoots(db: Db): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(db);
}

/** Keeps a signature over a proposal; false when this person has signed it. */
export async function insertRootSignature(
  db: Db,
  row: { digest: string; person: string; key: string; signature: Signature },
  now: Date,
): Promise<boolean> {
  const added = await changed(
    db,
    sql`INSERT INTO access_root_signature (digest, person, key, signature, signed_at)
      VALUES (${row.digest}, ${row.person}, ${row.key}, ${JSON.stringify(row.signature)}::jsonb, ${now}) ON CONFLICT DO NOTHING`,
  );
  return added > 0;
}

/** Brings a version into force. */
export async function insertRoot(
  db: Db,
  root: { version: number; document: string; digest: string; signatures: Signature[] },
  now: Date,
): Promise<void> {
  await sql`INSERT INTO access_root (version, document, digest, signatures, signed_at)
    VALUES (${root.version}, ${root.document}, ${root.digest}, ${JSON.stringify(root.signatures)}::jsonb, ${now})`.execute(
    db,
  );
}

export async function writeWantedQuorum(db: Db, quorum: number): Promise<void> {
  await sql`INSERT INTO access_root_quorum (quorum) VALUES (${quorum})
    ON CONFLICT (is_one) DO UPDATE SET quorum = excluded.quorum`.execute(db);
}
