import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { listDeliveries, readWebhook, type Webhook } from './notification.queries.ts';
import { testWebhook } from './notify.ts';
import { putWebhook, removeWebhook } from './set-webhook.ts';

/** Binds the webhook's endpoints. */
export function registerNotificationsRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'readWebhook', async (ctx) => {
    const webhook = await readWebhook(ctx.db);
    return { webhook: webhook === null ? null : shown(webhook) };
  });
  bind(app, services, 'putWebhook', {
    isOwnTransaction: true,
    run: async (ctx, { body }) => {
      const { webhook, secret } = await putWebhook(ctx, body.url);
      return { webhook: shown(webhook), secret };
    },
  });
  bind(app, services, 'deleteWebhook', async (ctx) => {
    await removeWebhook(ctx);
    return null;
  });
  bind(app, services, 'testWebhook', async (ctx) => ({ delivery: await testWebhook(ctx) }));
  bind(app, services, 'listWebhookDeliveries', async (ctx, { query }) => {
    const before = readCursor(query.cursor, 1)?.[0] ?? null;
    const found = await listDeliveries(ctx.db, before === null ? null : String(before), query.limit);
    return toPage(
      found,
      query.limit,
      ({ id }) => [id],
      ({ id, event, at, attempts, state, status, error }) => ({
        id,
        event,
        at,
        attempts,
        state,
        status,
        error,
      }),
    );
  });
}

/** Without its secret, which was shown once. */
function shown({ url, is_enabled, disabled_reason, updated_at }: Webhook) {
  return { url, is_enabled, disabled_reason, updated_at };
}
