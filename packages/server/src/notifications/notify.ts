import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, enqueue } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { eventDigest, type PlatformEvent, webhookBody } from './describe-event.ts';
import { readWebhook } from './notification.queries.ts';
import { insertDelivery } from './notification.store.ts';

/** Puts an event on its way to the webhook, if there is one that is on. */
export async function notify(ctx: Ctx, event: PlatformEvent): Promise<void> {
  const webhook = await readWebhook(ctx.db);
  if (webhook?.is_enabled === true) await insertAndEnqueue(ctx, newId('evt', ctx.now), event);
}

/** Puts a test event on its way. @throws Problem `not-found` where there is no webhook that is on */
export async function testWebhook(ctx: Ctx): Promise<string> {
  const webhook = await readWebhook(ctx.db);
  if (webhook?.is_enabled !== true)
    throw new Problem('not-found', 'There is no webhook that is on; save its address first.');
  const delivery = newId('evt', ctx.now);
  await insertAndEnqueue(ctx, delivery, { event: 'webhook.test', at: ctx.now.toISOString(), data: { delivery } });
  await recordAudit(ctx, { verb: 'webhook.test', object: 'webhook', detail: { delivery } });
  return delivery;
}

async function insertAndEnqueue(ctx: Ctx, id: string, event: PlatformEvent): Promise<void> {
  const body = webhookBody(event, ctx.settings.origin);
  const isNew = await insertDelivery(
    ctx.db,
    { id, event_digest: eventDigest(event), event: event.event, at: event.at, body },
    ctx.now,
  );
  // One after the other: an address that takes its time must not hold up the other work of this server.
  if (isNew) await enqueue(ctx, 'notifications.deliver', { delivery: id }, { key: `deliver:${id}`, queue: 'webhook' });
}
