import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { CheckedTarget } from './check-target.ts';

/** For name, connection, TLS and answer together. */
export const SEND_MILLISECONDS = 10_000;

/**
 * Posts a body to a checked target and returns the status of the answer. Nothing else of the answer is read, and no
 * redirect is followed: both could be used to look into our network.
 * @throws Error when there was no answer in time, in words that hold nothing of what the other side sent.
 */
export async function sendWebhook(
  { url, addresses }: CheckedTarget,
  message: { headers: Record<string, string>; body: string },
  milliseconds = SEND_MILLISECONDS,
): Promise<number> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const sent = request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(message.body)),
      'user-agent': 'Fleetmend-Webhook',
      ...message.headers,
    },
    // A socket of its own: none that is kept open leads elsewhere than to the checked address.
    agent: false,
    lookup: (_hostname, _options, callback) => callback(null, addresses),
  });
  const timer = setTimeout(() => sent.destroy(new Error('time-out')), milliseconds);
  try {
    return await statusOf(sent, message.body);
  } catch (error) {
    throw new Error(describe(error, milliseconds));
  } finally {
    clearTimeout(timer);
    sent.destroy();
  }
}

function statusOf(sent: ClientRequest, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    sent.on('response', ({ statusCode }) => resolve(statusCode ?? 0));
    sent.on('error', reject);
    sent.end(body);
  });
}

function describe(error: unknown, milliseconds: number): string {
  if (error instanceof Error && error.message === 'time-out') return `no answer within ${milliseconds / 1000} s`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[A-Z0-9_]{1,60}$/.test(code) ? `no connection (${code})` : 'no connection';
}
