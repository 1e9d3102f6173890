import type { Permission } from '@fleetmend/api/endpoint.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';
import type { KeyRow, PersonRow, SessionRow } from './access.store.ts';

export async function readPerson(db: Db, id: string): Promise<PersonRow | null> {
  return first(db, sql<PersonRow>`SELECT * FROM access_person WHERE id = ${id}`);
}

/** The admin who has been here longest; null before anyone is. */
export async function readFirstAdmin(db: Db): Promise<PersonRow | null> {
  return first(
    db,
    sql<PersonRow>`SELECT * FROM access_person WHERE 'admin' = ANY (roles) ORDER BY created_at, id LIMIT 1`,
  );
}

/** People in the order of their names, one more than asked. */
export async function listPeople(
  db: Db,
  after: { name: string; id: string } | null,
  limit: number,
): Promise<PersonRow[]> {
  return rows(
    db,
    sql<PersonRow>`SELECT * FROM access_person
      WHERE ${after === null} OR (lower(name), id) > (lower(${after?.name ?? ''}), ${after?.id ?? ''})
      ORDER BY lower(name), id LIMIT ${limit + 1}`,
  );
}

/** Keys of people, oldest first. */
export async function readKeys(db: Db, people: readonly string[]): Promise<KeyRow[]> {
  return rows(db, sql<KeyRow>`SELECT * FROM access_key WHERE person = ANY (${people}::text[]) ORDER BY created_at, id`);
}

/** Who may sign changes, with what: the next trust root as it would stand now. In a stable order. */
export async function readApproverKeys(db: Db): Promise<(KeyRow & { person_name: string })[]> {
  return rows(
    db,
    sql<
      KeyRow & { person_name: string }
    >`SELECT k.*, p.name AS person_name FROM access_key k JOIN access_person p ON p.id = k.person
      WHERE 'approver' = ANY (p.roles) ORDER BY p.id, k.id`,
  );
}

/** A passkey by its credential id. */
export async function readPasskey(db: Db, credentialId: string): Promise<KeyRow | null> {
  return first(db, sql<KeyRow>`SELECT * FROM access_key WHERE credential_id = ${credentialId}`);
}

/** A live session and whose it is. */
export async function readSessionByHash(db: Db, hash: Buffer, now: Date): Promise<(PersonRow & SessionRow) | null> {
  return first(
    db,
    sql<
      PersonRow & SessionRow
    >`SELECT p.*, s.person, s.expires_at, s.ends_at FROM access_session s JOIN access_person p ON p.id = s.person
      WHERE s.hash = ${hash} AND s.expires_at > ${now} AND s.ends_at > ${now}`,
  );
}

export interface LiveToken extends PersonRow {
  token: string;
  token_name: string;
  permissions: string[];
  token_expires_at: string;
  last_used_at: string | null;
}

/** A live token and whose it is. */
export async function readTokenByHash(db: Db, hash: Buffer, now: Date): Promise<LiveToken | null> {
  return first(
    db,
    sql<LiveToken>`SELECT p.*, t.id AS token, t.name AS token_name, t.permissions, t.expires_at AS token_expires_at, t.last_used_at
      FROM access_token t JOIN access_person p ON p.id = t.person
      WHERE t.hash = ${hash} AND t.revoked_at IS NULL AND t.expires_at > ${now}`,
  );
}

export interface TokenView {
  id: string;
  name: string;
  permissions: Permission[];
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
}

/** A person's live tokens, newest first, one more than asked. */
export async function listTokens(
  db: Db,
  wish: { person: string; before: string | null; limit: number },
  now: Date,
): Promise<TokenView[]> {
  return rows(
    db,
    sql<TokenView>`SELECT id, name, permissions, created_at, expires_at, last_used_at FROM access_token
      WHERE person = ${wish.person} AND revoked_at IS NULL AND expires_at > ${now}
        AND (${wish.before}::text IS NULL OR id < ${wish.before})
      ORDER BY id DESC LIMIT ${wish.limit + 1}`,
  );
}
