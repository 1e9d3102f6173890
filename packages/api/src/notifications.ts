import { z } from 'zod';
import { type Endpoint, instant, nothing, page, pageQuery } from './endpoint.ts';

export const EVENT_NAMES = [
  'change.created',
  'change.planned',
  'change.approved',
  'change.rejected',
  'change.cancelled',
  'rollout.started',
  'rollout.paused',
  'rollout.resumed',
  'rollout.stopped',
  'rollout.succeeded',
  'rollout.failed',
  'rollout.rolled_back',
  'rollout.gate_failed',
  'deployment.failed',
  'deployment.refused',
  'asset.enrolled',
  'asset.cloned',
  'asset.waiting',
  'feed.refused',
  'patch.raised',
  'webhook.test',
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

export const webhook = z.object({
  url: z.string(),
  is_enabled: z.boolean(),
  disabled_reason: z.string().nullable(),
  updated_at: instant,
});

export const notificationsEndpoints = {
  readWebhook: {
    method: 'GET',
    path: '/api/v1/webhook',
    summary: 'Where events are sent',
    permission: 'notifications:read',
    response: z.object({ webhook: webhook.nullable() }),
  },
  putWebhook: {
    method: 'PUT',
    path: '/api/v1/webhook',
    summary: 'Send events to an address; the answer holds the signing secret, once',
    permission: 'notifications:write',
    body: z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(1000) }),
    response: z.object({ webhook, secret: z.string() }),
    problems: ['invalid'],
  },
  deleteWebhook: {
    method: 'DELETE',
    path: '/api/v1/webhook',
    summary: 'Send events nowhere',
    permission: 'notifications:write',
    response: nothing,
    status: 204,
  },
  testWebhook: {
    method: 'POST',
    path: '/api/v1/webhook/test',
    summary: 'Send a test event',
    permission: 'notifications:write',
    response: z.object({ delivery: z.string() }),
    status: 202,
    problems: ['not-found'],
  },
  listWebhookDeliveries: {
    method: 'GET',
    path: '/api/v1/webhook/deliveries',
    summary: 'What was sent, and what the other side said; newest first',
    permission: 'notifications:read',
    query: pageQuery,
    response: page(
      z.object({
        id: z.string(),
        event: z.enum(EVENT_NAMES),
        at: instant,
        attempts: z.int(),
        state: z.enum(['pending', 'delivered', 'failed']),
        status: z.int().nullable(),
        error: z.string().nullable(),
      }),
    ),
  },
} as const satisfies Record<string, Endpoint>;
