import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A fresh signing secret in the form of the Standard Webhooks specification. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/**
 * The headers by which a receiver knows that a message is ours, whole and fresh
 * (Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, the timestamp in seconds).
 */
export function signWebhook(secret: string, message: { id: string; at: Date; body: string }): Record<string, string> {
  const timestamp = Math.floor(message.at.getTime() / 1000);
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${message.id}.${timestamp}.${message.body}`, 'utf8')
    .digest('base64');
  return { 'webhook-id': message.id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
