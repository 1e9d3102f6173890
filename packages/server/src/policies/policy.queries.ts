import type { PolicySpec } from '@fleetmend/api/policies.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

/** A policy as it stands, or one of its earlier versions. */
export interface Policy {
  name: string;
  /** 1 for the first text under this name. */
  version: number;
  yaml: string;
  /** Of the text, byte for byte, in hexadecimal. */
  sha256: string;
  spec: PolicySpec;
  written_at: string;
  written_by: string | null;
}

/** The policy as it stands; null for an unknown name. */
export async function readPolicy(db: Db, name: string): Promise<Policy | null> {
  return first(db, sql<Policy>`SELECT * FROM policy_version WHERE name = ${name} ORDER BY version DESC LIMIT 1`);
}

/** Policies as they stand, in order of name, one more than asked so that the caller sees whether there are more. */
export async function listPolicies(db: Db, after: string, limit: number): Promise<Policy[]> {
  return rows(
    db,
    sql<Policy>`SELECT DISTINCT ON (name) * FROM policy_version WHERE name > ${after}
      ORDER BY name, version DESC LIMIT ${limit + 1}`,
  );
}

export async function hasPolicies(db: Db): Promise<boolean> {
  return (await first(db, sql`SELECT 1 FROM policy_version LIMIT 1`)) !== null;
}
