import type { Signature } from '@fleetmend/domain/access/trust-root.ts';
import type { Operation, Step } from '@fleetmend/domain/changes/change-document.ts';
import { packageKey } from '@fleetmend/domain/deployments/check-operations.ts';
import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { sql } from 'kysely';
import { changed, type Db, first, rows } from '../platform/database.ts';

export interface OrderRow {
  id: string;
  rollout: string;
  change: string;
  asset: string;
  step: Step;
  attempt: number;
  state: 'pending' | 'offered' | 'accepted' | 'done' | 'withdrawn';
}

/** Issues orders, each once, however often it is asked for. */
export async function insertOrders(
  db: Db,
  {
    rollout,
    change,
    orders,
  }: Pick<OrderRow, 'rollout' | 'change'> & { orders: readonly Omit<OrderRow, 'state' | 'rollout' | 'change'>[] },
  now: Date,
): Promise<void> {
  await sql`INSERT INTO deployment_order (id, rollout, change, asset, step, attempt, state, stale_before, issued_at)
    SELECT t.id, ${rollout}, ${change}, t.asset, t.step, t.attempt, 'pending',
      coalesce((SELECT jsonb_agg(s ->> 'unit') FROM jsonb_array_elements(facts -> 'stale_services') s), '[]'), ${now}
    FROM jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) AS t (id text, asset text, step text, attempt integer)
      JOIN inventory_asset a ON a.id = t.asset
    ON CONFLICT DO NOTHING`.execute(db);
}

export interface OpenOrder extends OrderRow {
  document: string;
  signatures: Signature[];
}

/** The open orders of a host that it does not hold already, with all it needs to verify them. */
export async function offerOrders(db: Db, asset: string, held: readonly string[], now: Date): Promise<OpenOrder[]> {
  return rows(
    db,
    sql<OpenOrder>`UPDATE deployment_order o SET offered_at = coalesce(offered_at, ${now}),
        state = CASE o.state WHEN 'pending' THEN 'offered' ELSE o.state END
      FROM change_request c
      WHERE c.id = o.change AND o.asset = ${asset} AND o.state IN ('pending', 'offered', 'accepted') AND o.id <> ALL (${held}::text[])
      RETURNING o.id, o.rollout, o.change, o.asset, o.step, o.attempt, o.state, c.document,
        (SELECT coalesce(jsonb_agg(a.signature ORDER BY a.at, a.person), '[]') FROM change_approval a WHERE a.change = c.id) AS signatures`,
  );
}

/** Takes back the orders of a rollout that no host has begun, but for those that take back; the machines they were for. */
export async function withdrawOrders(db: Db, rollout: string): Promise<string[]> {
  const found = await rows(
    db,
    sql<{
      asset: string;
    }>`UPDATE deployment_order SET state = 'withdrawn' WHERE rollout = ${rollout} AND step <> 'rollback'
      AND state IN ('pending', 'offered') RETURNING asset`,
  );
  return found.map(({ asset }) => asset);
}

/** Of the orders a host holds, those that were taken back. */
export async function readWithdrawn(db: Db, asset: string, held: readonly string[]): Promise<string[]> {
  const found = await rows(
    db,
    sql<{
      id: string;
    }>`SELECT id FROM deployment_order WHERE asset = ${asset} AND id = ANY (${held}::text[]) AND state = 'withdrawn'`,
  );
  return found.map(({ id }) => id);
}

/** The order, locked, if it is this host's. */
export async function lockOrder(db: Db, id: string, asset: string): Promise<OrderRow | null> {
  return first(
    db,
    sql<OrderRow>`SELECT id, rollout, change, asset, step, attempt, state FROM deployment_order
      WHERE id = ${id} AND asset = ${asset} FOR UPDATE`,
  );
}

export async function acceptOrder(db: Db, id: string, at: string): Promise<void> {
  await sql`UPDATE deployment_order SET state = 'accepted', accepted_at = ${at} WHERE id = ${id} AND state IN ('pending', 'offered')`.execute(
    db,
  );
}

/** Keeps an order's result; false when it had one already. */
export async function finishOrder(db: Db, id: string, result: OrderResult, now: Date): Promise<boolean> {
  const count = await changed(
    db,
    sql`UPDATE deployment_order SET state = 'done', done_at = ${now}, result = ${JSON.stringify(result)}::jsonb
      WHERE id = ${id} AND state <> 'done'`,
  );
  return count === 1;
}

/** A line that was sent again changes nothing. */
export async function insertLogLine(
  db: Db,
  order: string,
  line: { sequence: number; at: string; text: string },
): Promise<void> {
  await sql`INSERT INTO deployment_log (order_id, sequence, at, text) VALUES (${order}, ${line.sequence}, ${line.at}, ${line.text})
    ON CONFLICT DO NOTHING`.execute(db);
}

export interface Observing {
  rollout: string;
  operations: Operation[];
  stale_before: string[];
}

/** What a host has installed and a later report has still to show in effect. */
export async function listObserving(db: Db, asset: string, now: Date): Promise<Observing[]> {
  return rows(
    db,
    sql<Observing>`SELECT d.rollout, t.value -> 'operations' AS operations, coalesce(o.stale_before, '[]') AS stale_before
      FROM rollout_deployment d JOIN rollout r ON r.id = d.rollout JOIN change_request c ON c.id = r.change
      CROSS JOIN LATERAL jsonb_array_elements(c.document::jsonb -> 'targets') AS t (value)
      LEFT JOIN deployment_order o ON o.rollout = d.rollout AND o.asset = d.asset AND o.step = 'install' AND o.attempt = d.attempt
      WHERE d.asset = ${asset} AND d.state = 'observing' AND d.since < ${now} AND t.value ->> 'asset' = d.asset`,
  );
}

/** Which of some packages an asset has, by `name:architecture`. */
export async function readInstalled(db: Db, asset: string, names: readonly string[]): Promise<Map<string, string>> {
  const found = await rows(
    db,
    sql<
      Pick<Software, 'ecosystem' | 'name' | 'architecture' | 'version'>
    >`SELECT s.ecosystem, s.name, s.architecture, s.version
      FROM inventory_asset a CROSS JOIN LATERAL inventory_set_ids(a.set_digest) AS member JOIN inventory_software s ON s.id = member
      WHERE a.id = ${asset} AND s.name = ANY (${names}::text[])`,
  );
  return new Map(found.map((each) => [packageKey({ ...each, package: each.name }), each.version]));
}

export interface LogLine {
  at: string;
  step: string;
  text: string;
  place: number;
  sequence: number;
}

/** The log of a machine's part in a rollout: order after order, line after line. */
export async function listLog(
  db: Db,
  {
    rollout,
    asset,
    after,
    limit,
  }: { rollout: string; asset: string; after: readonly (string | number)[] | null; limit: number },
): Promise<LogLine[]> {
  return rows(
    db,
    sql<LogLine>`SELECT l.at, o.step, l.text, o.place, l.sequence
      FROM (SELECT id, step, row_number() OVER (ORDER BY issued_at, id) AS place FROM deployment_order
        WHERE rollout = ${rollout} AND asset = ${asset}) o JOIN deployment_log l ON l.order_id = o.id
      WHERE ${after === null} OR (o.place, l.sequence) > (${after?.[0] ?? 0}::bigint, ${after?.[1] ?? 0}::int)
      ORDER BY o.place, l.sequence LIMIT ${limit + 1}`,
  );
}
