import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { openSecretBox } from '../platform/secret-box.ts';
import { checkTarget } from './check-target.ts';
import { type Delivery, readDelivery, readWebhook, type Webhook } from './notification.queries.ts';
import { type DeliveryOutcome, disableWebhook, giveUpDelivery, recordAttempt } from './notification.store.ts';
import { sendWebhook } from './send-webhook.ts';
import { secretPlace } from './set-webhook.ts';
import { signWebhook } from './sign-webhook.ts';

const MAX_AGE_MILLISECONDS = 24 * 3_600_000;
/** As many as the queue runs a job; its back-off spreads them over sixteen hours. */
const MAX_ATTEMPTS = 12;

/**
 * Sends one event. The row is the truth: a delivery that has ended is not sent again. A receiver may get an event twice
 * (when we end between its answer and our note of it) and knows it by its `webhook-id`.
 * @throws Error when it is to be tried again.
 */
export async function deliver(ctx: Ctx, id: string): Promise<void> {
  const delivery = await readDelivery(ctx.db, id);
  if (delivery?.state !== 'pending') return;
  const webhook = await readWebhook(ctx.db);
  if (webhook?.is_enabled !== true)
    return giveUpDelivery(ctx.db, id, webhook?.disabled_reason ?? 'the webhook was removed');
  const outcome = await attempt(ctx, webhook, delivery);
  await ctx.db.transaction().execute(async (db) => {
    await recordAttempt(db, id, outcome);
    if (outcome.disable === undefined || !(await disableWebhook(db, webhook.id, outcome.disable, ctx.now))) return;
    await recordAudit(
      { ...ctx, db },
      { verb: 'webhook.disable', object: 'webhook', detail: { reason: outcome.disable } },
    );
  });
  if (outcome.state === 'pending') throw new Error(`the webhook will be tried again: ${outcome.error}`);
}

async function attempt(
  ctx: Ctx,
  webhook: Webhook,
  delivery: Delivery,
): Promise<DeliveryOutcome & { disable?: string }> {
  const box = await openSecretBox(ctx.settings.data_dir);
  const secret = box.open(webhook.secret, secretPlace(webhook.id));
  if (secret === null) {
    const reason = 'the signing secret cannot be read with this data folder’s key; save the address again';
    return { state: 'failed', status: null, error: reason, disable: reason };
  }
  const isLast =
    delivery.attempts + 1 >= MAX_ATTEMPTS || ctx.now.getTime() - Date.parse(delivery.created_at) > MAX_AGE_MILLISECONDS;
  const again = isLast ? 'failed' : 'pending';
  const target = await checkTarget(webhook.url, ctx.settings.webhook_allow);
  if ('refusal' in target) return { state: again, status: null, error: target.refusal };
  try {
    const headers = signWebhook(secret, { id: delivery.id, at: ctx.now, body: delivery.body });
    return judge(await sendWebhook(target, { headers, body: delivery.body }), again);
  } catch (error) {
    return { state: again, status: null, error: error instanceof Error ? error.message : 'no connection' };
  }
}

function judge(status: number, again: 'failed' | 'pending'): DeliveryOutcome & { disable?: string } {
  if (status >= 200 && status < 300) return { state: 'delivered', status, error: null };
  if (status === 410) {
    const reason = 'the address answered 410 Gone';
    return { state: 'failed', status, error: reason, disable: reason };
  }
  if (status >= 300 && status < 400)
    return { state: again, status, error: `answered ${status}; redirects are not followed` };
  return { state: again, status, error: `answered ${status}` };
}
