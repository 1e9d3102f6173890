import type { EventName } from '@fleetmend/api/notifications.ts';
import { sql } from 'kysely';
import { changed, type Db } from '../platform/database.ts';

export async function setWebhook(
  db: Db,
  webhook: { id: string; url: string; secret: Buffer },
  now: Date,
): Promise<void> {
  await sql`INSERT INTO notification_webhook (id, url, secret, is_enabled, updated_at)
    VALUES (${webhook.id}, ${webhook.url}, ${webhook.secret}, true, ${now})
    ON CONFLICT (is_one) DO UPDATE SET id = excluded.id, url = excluded.url, secret = excluded.secret,
      is_enabled = true, disabled_reason = NULL, updated_at = excluded.updated_at`.execute(db);
}

export async function deleteWebhook(db: Db): Promise<boolean> {
  return (await changed(db, sql`DELETE FROM notification_webhook`)) === 1;
}

/** Sends nothing more to this address; false when it is not the one in use any more, or is off already. */
export async function disableWebhook(db: Db, id: string, reason: string, now: Date): Promise<boolean> {
  const count = await changed(
    db,
    sql`UPDATE notification_webhook SET is_enabled = false, disabled_reason = ${reason}, updated_at = ${now}
      WHERE id = ${id} AND is_enabled`,
  );
  return count === 1;
}

export interface NewDelivery {
  id: string;
  event_digest: Buffer;
  event: EventName;
  at: string;
  body: string;
}

/** False when this event has its delivery already. */
export async function insertDelivery(db: Db, delivery: NewDelivery, now: Date): Promise<boolean> {
  const count = await changed(
    db,
    sql`INSERT INTO notification_delivery (id, event_digest, event, at, body, created_at)
      VALUES (${delivery.id}, ${delivery.event_digest}, ${delivery.event}, ${delivery.at}, ${delivery.body}, ${now})
      ON CONFLICT (event_digest) DO NOTHING`,
  );
  return count === 1;
}

export interface DeliveryOutcome {
  state: 'pending' | 'delivered' | 'failed';
  status: number | null;
  error: string | null;
}

/** Notes an attempt; one that has ended stays as it ended. */
export async function recordAttempt(db: Db, id: string, { state, status, error }: DeliveryOutcome): Promise<void> {
  await sql`UPDATE notification_delivery SET attempts = attempts + 1, state = ${state}, status = ${status}, error = ${error}
    WHERE id = ${id} AND state = 'pending'`.execute(db);
}

/** Ends a delivery that nothing was tried for. */
export async function giveUpDelivery(db: Db, id: string, error: string): Promise<void> {
  await sql`UPDATE notification_delivery SET state = 'failed', error = ${error} WHERE id = ${id} AND state = 'pending'`.execute(
    db,
  );
}

/** Forgets what is older than the first time; what still waits from before the second one (its job was lost) has failed. */
export async function forgetDeliveries(db: Db, deletedBefore: Date, failedBefore: Date): Promise<void> {
  await sql`DELETE FROM notification_delivery WHERE created_at < ${deletedBefore}`.execute(db);
  await sql`UPDATE notification_delivery SET state = 'failed', error = coalesce(error, 'never sent')
    WHERE state = 'pending' AND created_at < ${failedBefore}`.execute(db);
}
