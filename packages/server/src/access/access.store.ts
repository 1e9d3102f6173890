import type { PersonRole } from '@fleetmend/domain/access/trust-root.ts';
import { sql } from 'kysely';
import { changed, type Db, first } from '../platform/database.ts';

export interface PersonRow {
  id: string;
  name: string;
  roles: PersonRole[];
  created_at: string;
}

/** Adds a person; false when the name is taken. */
export async function insertPerson(
  db: Db,
  { id, name, roles }: Omit<PersonRow, 'created_at'>,
  now: Date,
): Promise<boolean> {
  const added = await changed(
    db,
    sql`INSERT INTO access_person (id, name, roles, created_at) VALUES (${id}, ${name}, ${roles}, ${now}) ON CONFLICT DO NOTHING`,
  );
  return added > 0;
}

export async function insertLink(
  db: Db,
  link: { hash: Buffer; person: string; expires_at: Date },
  now: Date,
): Promise<void> {
  await sql`INSERT INTO access_sign_in_link (hash, person, created_at, expires_at)
    VALUES (${link.hash}, ${link.person}, ${now}, ${link.expires_at})`.execute(db);
}

/** Uses a link up: the person it signs in, once, or null. Of two who open it at once one waits and gets null. */
export async function useLink(db: Db, hash: Buffer, now: Date): Promise<string | null> {
  const used = await first(
    db,
    sql<{ person: string }>`UPDATE access_sign_in_link SET used_at = ${now}
      WHERE hash = ${hash} AND used_at IS NULL AND expires_at > ${now} RETURNING person`,
  );
  return used?.person ?? null;
}

export interface SessionRow {
  person: string;
  expires_at: string;
  ends_at: string;
}

export async function insertSession(
  db: Db,
  hash: Buffer,
  session: { person: string; expires_at: Date; ends_at: Date },
  now: Date,
): Promise<void> {
  await sql`INSERT INTO access_session (hash, person, created_at, expires_at, ends_at)
    VALUES (${hash}, ${session.person}, ${now}, ${session.expires_at}, ${session.ends_at})`.execute(db);
}

/** Lets a session live on, never beyond its end. */
export async function extendSession(db: Db, hash: Buffer, until: Date): Promise<void> {
  await sql`UPDATE access_session SET expires_at = least(${until}, ends_at) WHERE hash = ${hash}`.execute(db);
}

export async function deleteSession(db: Db, hash: Buffer): Promise<void> {
  await sql`DELETE FROM access_session WHERE hash = ${hash}`.execute(db);
}

export interface TokenRow {
  id: string;
  hash: Buffer;
  person: string;
  name: string;
  permissions: string[];
  expires_at: Date;
}

export async function insertToken(db: Db, token: TokenRow, now: Date): Promise<void> {
  await sql`INSERT INTO access_token (id, hash, person, name, permissions, created_at, expires_at)
    VALUES (${token.id}, ${token.hash}, ${token.person}, ${token.name}, ${token.permissions}, ${now}, ${token.expires_at})`.execute(
    db,
  );
}

export async function touchToken(db: Db, id: string, now: Date): Promise<void> {
  await sql`UPDATE access_token SET last_used_at = ${now} WHERE id = ${id}`.execute(db);
}

/** Revokes a person's own token; false when there is none. */
export async function revokeToken(db: Db, token: { id: string; person: string }, now: Date): Promise<boolean> {
  const revoked = await changed(
    db,
    sql`UPDATE access_token SET revoked_at = ${now} WHERE id = ${token.id} AND person = ${token.person} AND revoked_at IS NULL`,
  );
  return revoked > 0;
}

export interface Challenge {
  challenge: string;
  purpose: 'sign-in' | 'register';
  person: string | null;
}

/** Keeps a challenge; those that nobody answered in time go, since anyone may ask for one. */
export async function insertChallenge(db: Db, challenge: Challenge & { expires_at: Date }, now: Date): Promise<void> {
  await sql`DELETE FROM access_challenge WHERE challenge IN
    (SELECT challenge FROM access_challenge WHERE expires_at < ${now} LIMIT 100 FOR UPDATE SKIP LOCKED)`.execute(db);
  await sql`INSERT INTO access_challenge (challenge, purpose, person, expires_at)
    VALUES (${challenge.challenge}, ${challenge.purpose}, ${challenge.person}, ${challenge.expires_at})`.execute(db);
}

/** Uses a challenge up; false when it was never given, for something else, to somebody else, or too long ago. */
export async function useChallenge(db: Db, { challenge, purpose, person }: Challenge, now: Date): Promise<boolean> {
  const used = await changed(
    db,
    sql`DELETE FROM access_challenge WHERE challenge = ${challenge} AND purpose = ${purpose}
      AND person IS NOT DISTINCT FROM ${person} AND expires_at > ${now}`,
  );
  return used > 0;
}

export interface KeyRow {
  id: string;
  person: string;
  name: string;
  kind: 'passkey' | 'ssh' | 'ed25519';
  algorithm: 'ES256' | 'EdDSA' | 'RS256';
  spki: string;
  rp_id: string | null;
  origins: string[] | null;
  credential_id: string | null;
  cose: Buffer | null;
  created_at: string;
}

/** Adds a key; false when the key or its name is taken. */
export async function insertKey(db: Db, key: Omit<KeyRow, 'created_at'>, now: Date): Promise<boolean> {
  const added = await changed(
    db,
    sql`INSERT INTO access_key (id, person, name, kind, algorithm, spki, rp_id, origins, credential_id, cose, created_at)
      VALUES (${key.id}, ${key.person}, ${key.name}, ${key.kind}, ${key.algorithm}, ${key.spki}, ${key.rp_id}, ${key.origins},
        ${key.credential_id}, ${key.cose}, ${now}) ON CONFLICT DO NOTHING`,
  );
  return added > 0;
}

/** Links, sessions and tokens that ended more than a month ago say nothing any more; the audit log keeps the deeds. */
export async function deleteEnded(db: Db, before: Date): Promise<void> {
  await sql`DELETE FROM access_sign_in_link WHERE expires_at < ${before}`.execute(db);
  await sql`DELETE FROM access_session WHERE least(expires_at, ends_at) < ${before}`.execute(db);
  await sql`DELETE FROM access_token WHERE least(expires_at, revoked_at) < ${before}`.execute(db);
}
