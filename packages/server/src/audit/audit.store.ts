import { CHAIN_START, type ChainedAuditEntry, type ChainState } from '@fleetmend/domain/audit/hash-chain.ts';
import { sql } from 'kysely';
import { type Db, first } from '../platform/database.ts';

/** Any constant of our own: entries are chained one after the other, across all server processes. */
const LOCK = 7_600_002;

/** Waits for its turn at the end of the chain and reads that end; the turn lasts until the transaction ends. */
export async function lockChain(db: Db): Promise<ChainState> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(db);
  const last = await first(
    db,
    sql<ChainState>`SELECT sequence, hash AS head FROM audit_entry ORDER BY audit_entry.sequence DESC LIMIT 1`,
  );
  return last ?? CHAIN_START;
}

/** Adds an entry at the end of the chain. */
export async function insertEntry(db: Db, entry: ChainedAuditEntry): Promise<void> {
  await sql`INSERT INTO audit_entry (sequence, at, actor, verb, object, detail, request_id, previous_hash, hash)
    VALUES (${entry.sequence}, ${entry.at}, ${entry.actor}, ${entry.verb}, ${entry.object},
      ${JSON.stringify(entry.detail)}::jsonb, ${entry.request_id}, ${entry.previous_hash}, ${entry.hash})`.execute(db);
}
