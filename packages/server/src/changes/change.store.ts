import type { PolicySpec } from '@fleetmend/api/policies.ts';
import type { Signature } from '@fleetmend/domain/access/trust-root.ts';
import type { PlanAnswer } from '@fleetmend/domain/changes/build-document.ts';
import { type ChangeEvent, type ChangeState, nextChangeState } from '@fleetmend/domain/changes/change-machine.ts';
import { sql } from 'kysely';
import type { TargetPackage } from '../patches/patch-targets.ts';
import { changed, type Db, first, rows } from '../platform/database.ts';

export interface ChangeRow {
  id: string;
  number: number;
  title: string;
  reason: string;
  state: ChangeState;
  author: string;
  author_name: string;
  policy: string;
  policy_sha256: string;
  spec: PolicySpec;
  patches: { id: string; title: string }[];
  accepts_no_rollback: boolean;
  created_at: string;
  document: string | null;
  digest: string | null;
  planned_at: string | null;
  expires_at: string | null;
  approved_at: string | null;
  ended: { by: string; at: string; reason: string } | null;
}

export type NewChange = Pick<
  ChangeRow,
  | 'id'
  | 'number'
  | 'title'
  | 'reason'
  | 'author'
  | 'author_name'
  | 'policy'
  | 'policy_sha256'
  | 'spec'
  | 'patches'
  | 'accepts_no_rollback'
>;

export async function insertChange(db: Db, change: NewChange, now: Date): Promise<void> {
  await sql`INSERT INTO change_request (id, number, title, reason, state, author, author_name, policy, policy_sha256, spec, patches,
      accepts_no_rollback, created_at)
    VALUES (${change.id}, ${change.number}, ${change.title}, ${change.reason}, 'planning', ${change.author}, ${change.author_name},
      ${change.policy}, ${change.policy_sha256}, ${JSON.stringify(change.spec)}::jsonb, ${JSON.stringify(change.patches)}::jsonb,
      ${change.accepts_no_rollback}, ${now})`.execute(db);
}

/** The change, locked: two approvals of one change are taken one after the other. */
export async function lockChange(db: Db, id: string): Promise<ChangeRow | null> {
  return first(db, sql<ChangeRow>`SELECT * FROM change_request WHERE id = ${id} FOR NO KEY UPDATE`);
}

/** Moves a change if its machine allows it; null when it does not. */
export async function moveChange(
  db: Db,
  change: Pick<ChangeRow, 'id' | 'state'>,
  event: ChangeEvent,
): Promise<ChangeState | null> {
  const next = nextChangeState(change.state, event);
  if (next === null) return null;
  const count = await changed(
    db,
    sql`UPDATE change_request SET state = ${next} WHERE id = ${change.id} AND state = ${change.state}`,
  );
  return count === 1 ? next : null;
}

export async function writeDocument(
  db: Db,
  id: string,
  plan: { document: string; digest: string; expires_at: string },
  now: Date,
): Promise<void> {
  await sql`UPDATE change_request SET document = ${plan.document}, digest = ${plan.digest}, expires_at = ${plan.expires_at}, planned_at = ${now}
    WHERE id = ${id}`.execute(db);
}

export async function writeApprovedAt(db: Db, id: string, now: Date): Promise<void> {
  await sql`UPDATE change_request SET approved_at = ${now} WHERE id = ${id}`.execute(db);
}

/** Who ended a change and why. */
export async function writeEnded(db: Db, id: string, ended: NonNullable<ChangeRow['ended']>): Promise<void> {
  await sql`UPDATE change_request SET ended = ${JSON.stringify(ended)}::jsonb WHERE id = ${id}`.execute(db);
}

export interface ApprovalRow {
  change: string;
  person: string;
  name: string;
  key: string;
  kind: 'passkey' | 'ssh' | 'ed25519';
  signature: Signature;
  is_author: boolean;
  at: string;
}

/** Adds an approval; false when this person has already signed. */
export async function insertApproval(db: Db, approval: Omit<ApprovalRow, 'at'>, now: Date): Promise<boolean> {
  const count = await changed(
    db,
    sql`INSERT INTO change_approval (change, person, name, key, kind, signature, is_author, at)
      VALUES (${approval.change}, ${approval.person}, ${approval.name}, ${approval.key}, ${approval.kind},
        ${JSON.stringify(approval.signature)}::jsonb, ${approval.is_author}, ${now}) ON CONFLICT DO NOTHING`,
  );
  return count === 1;
}

export async function readApprovals(db: Db, changes: readonly string[]): Promise<ApprovalRow[]> {
  return rows(
    db,
    sql<ApprovalRow>`SELECT * FROM change_approval WHERE change = ANY (${changes}::text[]) ORDER BY at, person`,
  );
}

export interface PlanRequestRow {
  id: string;
  change: string;
  asset: string;
  packages: TargetPackage[];
  answer: PlanAnswer | null;
}

export async function insertPlanRequests(
  db: Db,
  requests: readonly Omit<PlanRequestRow, 'answer'>[],
  now: Date,
): Promise<void> {
  for (const { id, change, asset, packages } of requests) {
    await sql`INSERT INTO change_plan_request (id, change, asset, packages, asked_at)
      VALUES (${id}, ${change}, ${asset}, ${JSON.stringify(packages)}::jsonb, ${now})`.execute(db);
  }
}

/** Keeps a machine's answer; the change it belongs to, or null when the question is not open (any more). */
export async function answerPlanRequest(
  db: Db,
  asset: string,
  id: string,
  answer: PlanAnswer,
  now: Date,
): Promise<string | null> {
  const row = await first(
    db,
    sql<{
      change: string;
    }>`UPDATE change_plan_request SET answer = ${JSON.stringify(answer)}::jsonb, answered_at = ${now}
      WHERE id = ${id} AND asset = ${asset} AND answer IS NULL RETURNING change`,
  );
  return row?.change ?? null;
}

/** The open questions to one machine. */
export async function readOpenPlanRequests(db: Db, asset: string): Promise<PlanRequestRow[]> {
  return rows(
    db,
    sql<PlanRequestRow>`SELECT r.id, r.change, r.asset, r.packages, r.answer FROM change_plan_request r
      JOIN change_request c ON c.id = r.change WHERE r.asset = ${asset} AND r.answer IS NULL AND c.state = 'planning' ORDER BY r.asked_at`,
  );
}

export interface PlanView extends PlanRequestRow {
  hostname: string;
  key_id: string;
  last_check_in_at: string | null;
}

export async function readPlans(db: Db, changes: readonly string[]): Promise<PlanView[]> {
  return rows(
    db,
    sql<PlanView>`SELECT r.id, r.change, r.asset, r.packages, r.answer, a.hostname, a.key_id, a.last_check_in_at
      FROM change_plan_request r JOIN inventory_asset a ON a.id = r.asset WHERE r.change = ANY (${changes}::text[]) ORDER BY a.hostname`,
  );
}
