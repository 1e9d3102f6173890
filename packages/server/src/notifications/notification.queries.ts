import type { EventName } from '@fleetmend/api/notifications.ts';
import { sql } from 'kysely';
import { type Db, first, rows } from '../platform/database.ts';

export interface Webhook {
  id: string;
  url: string;
  secret: Buffer;
  is_enabled: boolean;
  disabled_reason: string | null;
  updated_at: string;
}

export async function readWebhook(db: Db): Promise<Webhook | null> {
  return first(db, sql<Webhook>`SELECT * FROM notification_webhook`);
}

export interface Delivery {
  id: string;
  event: EventName;
  at: string;
  body: string;
  attempts: number;
  state: 'pending' | 'delivered' | 'failed';
  status: number | null;
  error: string | null;
  created_at: string;
}

export async function readDelivery(db: Db, id: string): Promise<Delivery | null> {
  return first(db, sql<Delivery>`SELECT * FROM notification_delivery WHERE id = ${id}`);
}

/** Newest first, one more than asked. Ids rise with time. */
export async function listDeliveries(db: Db, before: string | null, limit: number): Promise<Delivery[]> {
  return rows(
    db,
    sql<Delivery>`SELECT * FROM notification_delivery WHERE ${before}::text IS NULL OR id < ${before}
      ORDER BY id DESC LIMIT ${limit + 1}`,
  );
}
