import { sql } from 'kysely';
import type { Db } from '../platform/database.ts';
import type { Policy } from './policy.queries.ts';

/** Two people who write one policy do so one after the other. Held until the transaction ends. */
export async function lockPolicy(db: Db, name: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`policy/${name}`}, 0))`.execute(db);
}

/** Adds a version; the caller holds the policy's lock. */
export async function insertPolicyVersion(
  db: Db,
  policy: Pick<Policy, 'name' | 'yaml' | 'sha256' | 'spec' | 'written_by'>,
  now: Date,
): Promise<void> {
  await sql`INSERT INTO policy_version (name, version, yaml, sha256, spec, written_at, written_by)
    SELECT ${policy.name}, coalesce(max(version), 0) + 1, ${policy.yaml}, ${policy.sha256},
      ${JSON.stringify(policy.spec)}::jsonb, ${now}, ${policy.written_by}
    FROM policy_version WHERE name = ${policy.name}`.execute(db);
}
