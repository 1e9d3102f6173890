import type { SshProblem } from '@fleetmend/domain/inventory/agentless/ssh-problem.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../../platform/database.ts';

export interface StoredAuthority {
  public_key: string;
  sealed: Buffer;
}

export async function readStoredAuthority(db: Db): Promise<StoredAuthority | null> {
  return first(db, sql<StoredAuthority>`SELECT public_key, sealed FROM inventory_ssh_authority`);
}

/** Keeps the first authority that is brought; of two servers that make one at once, both then read the same. */
export async function keepSshAuthority(db: Db, { public_key, sealed }: StoredAuthority, now: Date): Promise<void> {
  await sql`INSERT INTO inventory_ssh_authority (public_key, sealed, created_at) VALUES (${public_key}, ${sealed}, ${now})
    ON CONFLICT DO NOTHING`.execute(db);
}

export interface SshHostRow {
  asset: string;
  name: string;
  address: string;
  port: number;
  user_name: string;
  expected_fingerprint: string | null;
  added_by: string;
  host_key: string | null;
  confirmed_by: string | null;
  confirmed_at: string | null;
  seen_key: string | null;
  seen_at: string | null;
  due_at: string;
  tried_at: string | null;
  problem: SshProblem | null;
  problem_detail: string | null;
  digest: string | null;
  logins: number;
  reads: number;
  whole_reads: number;
  /** When it was last read: its asset was heard of then. */
  read_at: string | null;
}

const view = sql`SELECT h.*, a.last_check_in_at AS read_at
  FROM inventory_ssh_host h JOIN inventory_asset a ON a.id = h.asset AND a.key_id IS NULL AND a.retired_at IS NULL`;

/** By the id of its asset, or by its name when that is one machine's alone. */
export async function readSshHostRow(db: Db, idOrName: string): Promise<SshHostRow | null> {
  const found = await rows(db, sql<SshHostRow>`${view} WHERE h.asset = ${idOrName} OR h.name = ${idOrName} LIMIT 2`);
  return found.find(({ asset }) => asset === idOrName) ?? (found.length === 1 ? (found[0] ?? null) : null);
}

export async function listSshHostRows(db: Db, after: readonly string[] | null, limit: number): Promise<SshHostRow[]> {
  return rows(
    db,
    sql<SshHostRow>`${view} WHERE ${after === null} OR (h.name, h.asset) > (${after?.[0] ?? ''}, ${after?.[1] ?? ''})
      ORDER BY h.name, h.asset LIMIT ${limit + 1}`,
  );
}

/** Adds the asset of a machine without an agent, and how it is reached. */
export async function insertSshHost(
  db: Db,
  host: Pick<SshHostRow, 'asset' | 'name' | 'address' | 'port' | 'user_name' | 'expected_fingerprint' | 'added_by'>,
  labels: Record<string, string>,
  now: Date,
): Promise<void> {
  const { asset, name, address, port, user_name, expected_fingerprint, added_by } = host;
  await sql`INSERT INTO inventory_asset (id, hostname, machine_id, labels, enrolled_at)
    VALUES (${asset}, ${name}, '', ${JSON.stringify(labels)}::jsonb, ${now})`.execute(db);
  await sql`INSERT INTO inventory_ssh_host (asset, name, address, port, user_name, expected_fingerprint, added_by, due_at)
    VALUES (${asset}, ${name}, ${address}, ${port}, ${user_name}, ${expected_fingerprint}, ${added_by}, ${now})`.execute(
    db,
  );
}

/** Makes the key that was shown the one that counts; all of the machine is read anew. */
export async function confirmKeyRow(
  db: Db,
  { asset, key, by }: { asset: string; key: string; by: string },
  now: Date,
): Promise<void> {
  await sql`UPDATE inventory_ssh_host SET host_key = ${key}, confirmed_by = ${by}, confirmed_at = ${now}, seen_key = NULL,
      seen_at = NULL, problem = NULL, problem_detail = NULL, digest = NULL WHERE asset = ${asset}`.execute(db);
}

/** Those that are due, locked for one server process until its transaction ends. */
export async function lockDueHosts(db: Db, now: Date, limit: number): Promise<SshHostRow[]> {
  return rows(
    db,
    sql<SshHostRow>`${view} WHERE h.due_at <= ${now} ORDER BY h.due_at LIMIT ${limit} FOR UPDATE OF h SKIP LOCKED`,
  );
}

/** When each is to be read next. */
export async function writeDue(db: Db, due: readonly { asset: string; at: Date }[]): Promise<void> {
  await sql`UPDATE inventory_ssh_host h SET due_at = t.at
    FROM unnest(${due.map(({ asset }) => asset)}::text[], ${due.map(({ at }) => at)}::timestamptz[]) AS t (asset, at)
    WHERE h.asset = t.asset`.execute(db);
}

/** What a try has come to. */
export interface SshTry {
  asset: string;
  problem: SshProblem | null;
  detail: string | null;
  seen_key: string | null;
  is_login: boolean;
  is_read: boolean;
  /** Where all of it was read: its digest and the machine's id. */
  whole: { digest: string; machine_id: string } | null;
}

/** Writes what tries have come to. A key that was confirmed meanwhile stays confirmed. */
export async function writeTries(db: Db, tries: readonly SshTry[], now: Date): Promise<void> {
  await sql`UPDATE inventory_ssh_host h SET tried_at = ${now}, problem = t.problem, problem_detail = t.detail,
      seen_key = nullif(t.seen_key, h.host_key),
      seen_at = CASE WHEN nullif(t.seen_key, h.host_key) IS NULL THEN NULL
        WHEN h.seen_key = t.seen_key THEN h.seen_at ELSE ${now} END,
      digest = coalesce(t.whole ->> 'digest', h.digest), logins = h.logins + t.is_login::integer,
      reads = h.reads + t.is_read::integer, whole_reads = h.whole_reads + (t.whole IS NOT NULL)::integer
    FROM jsonb_to_recordset(${JSON.stringify(tries)}::jsonb)
      AS t (asset text, problem text, detail text, seen_key text, is_login boolean, is_read boolean, whole jsonb)
    WHERE h.asset = t.asset`.execute(db);
  await sql`UPDATE inventory_asset a SET machine_id = t.whole ->> 'machine_id'
    FROM jsonb_to_recordset(${JSON.stringify(tries)}::jsonb) AS t (asset text, whole jsonb)
    WHERE a.id = t.asset AND t.whole IS NOT NULL AND a.machine_id IS DISTINCT FROM t.whole ->> 'machine_id'`.execute(
    db,
  );
}
