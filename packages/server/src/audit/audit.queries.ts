import type { ChainedAuditEntry } from '@fleetmend/domain/audit/hash-chain.ts';
import { sql } from 'kysely';
import { type Db, rows } from '../platform/database.ts';

/** What the audit page asks for; `before` is the sequence at which the page before ended. */
export interface AuditWish {
  object: string | null;
  verb: string | null;
  before: number | null;
  limit: number;
}

/** Entries, newest first; one more than asked, so that the caller knows whether there are more. */
export async function listEntries(db: Db, { object, verb, before, limit }: AuditWish): Promise<ChainedAuditEntry[]> {
  return rows(
    db,
    sql<ChainedAuditEntry>`SELECT * FROM audit_entry
      WHERE (${object}::text IS NULL OR object = ${object}) AND (${verb}::text IS NULL OR verb = ${verb})
        AND (${before}::bigint IS NULL OR sequence < ${before})
      ORDER BY sequence DESC LIMIT ${limit + 1}`,
  );
}

/** Entries after a sequence, oldest first, at most so many. */
export async function readEntriesAfter(db: Db, sequence: number, limit: number): Promise<ChainedAuditEntry[]> {
  return rows(
    db,
    sql<ChainedAuditEntry>`SELECT * FROM audit_entry WHERE sequence > ${sequence} ORDER BY sequence LIMIT ${limit}`,
  );
}
