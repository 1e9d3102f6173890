import { Problem } from '@fleetmend/api/problems.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { openSecretBox, type SecretPlace } from '../platform/secret-box.ts';
import { checkTarget } from './check-target.ts';
import { readWebhook, type Webhook } from './notification.queries.ts';
import { deleteWebhook, setWebhook } from './notification.store.ts';
import { newWebhookSecret } from './sign-webhook.ts';

/** Where the signing secret of a webhook is stored. */
export function secretPlace(webhook: string): SecretPlace {
  return { row: webhook, column: 'notification_webhook.secret' };
}

/**
 * Sends events to an address from now on, signed with a fresh secret; the only time that the secret is shown.
 * The address is resolved before anything is written, so this opens a transaction of its own.
 * @throws Problem `invalid`
 */
export async function putWebhook(ctx: Ctx, url: string): Promise<{ webhook: Webhook; secret: string }> {
  const target = await checkTarget(url, ctx.settings.webhook_allow);
  if ('refusal' in target)
    throw new Problem('invalid', `Nothing is sent there: ${target.refusal}.`, [
      { pointer: '/url', message: target.refusal },
    ]);
  const secret = newWebhookSecret();
  const id = newId('webhook', ctx.now);
  const sealed = (await openSecretBox(ctx.settings.data_dir)).seal(secret, secretPlace(id));
  await ctx.db.transaction().execute(async (db) => {
    await setWebhook(db, { id, url: target.url.href, secret: sealed }, ctx.now);
    // Many receivers keep a token in the path, so the log that is kept for ever gets the host alone.
    await recordAudit({ ...ctx, db }, { verb: 'webhook.set', object: 'webhook', detail: { host: target.url.host } });
  });
  const webhook = await readWebhook(ctx.db);
  if (webhook === null) throw new Problem('state-conflict', 'The webhook was removed at the same moment.');
  return { webhook, secret };
}

/** Sends events nowhere. What waits to be sent is given up. */
export async function removeWebhook(ctx: Ctx): Promise<void> {
  if (await deleteWebhook(ctx.db)) await recordAudit(ctx, { verb: 'webhook.remove', object: 'webhook', detail: {} });
}
