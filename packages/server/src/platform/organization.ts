import { sql } from 'kysely';
import { type Db, first } from './database.ts';
import { newId } from './id.ts';

export interface Organization {
  id: string;
  name: string;
}

/** The organisation this server is for; made on the first start. Its id stands in every signed document. */
export async function ensureOrganization(db: Db, now: Date): Promise<Organization> {
  await sql`INSERT INTO platform_organization (id, name, created_at) VALUES (${newId('org', now)}, 'My organisation', ${now})
    ON CONFLICT DO NOTHING`.execute(db);
  return readOrganization(db);
}

export async function readOrganization(db: Db): Promise<Organization> {
  const row = await first(db, sql<Organization>`SELECT id, name FROM platform_organization`);
  if (row === null) throw new Error('no organisation: the server has not been started on this database');
  return row;
}
