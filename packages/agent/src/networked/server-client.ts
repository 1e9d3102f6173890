import { randomBytes } from 'node:crypto';
import { signHostRequest } from '@fleetmend/api/host-signature.ts';
import type { z } from 'zod';
import { hostLine } from '../platform/host-text.ts';
import type { HostKey } from './identity.ts';

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export type Answer<T> =
  | { ok: true; value: T }
  /** `status` null: the server was not reached, or its answer was not one of ours. */
  | { ok: false; status: number | null; reason: string };

export interface ServerClient {
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<Answer<T>>;
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return hostLine([error.message, cause].filter((part) => part !== '').join(': '), 500);
}

/** Sends one request and reads its answer through the schema. Never throws: a server can say anything, or nothing. */
export async function postJson<T>(
  url: string,
  init: { body: Buffer; headers: Record<string, string> },
  schema: z.ZodType<T>,
): Promise<Answer<T>> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(60_000),
      headers: { 'content-type': 'application/json', ...init.headers },
      body: new Uint8Array(init.body),
    });
    const text = await readBounded(response);
    if (!response.ok) return { ok: false, status: response.status, reason: problemWords(response.status, text) };
    const read = schema.safeParse(text === '' ? {} : JSON.parse(text));
    if (read.success) return { ok: true, value: read.data };
    return {
      ok: false,
      status: null,
      reason: `the server's answer was not understood: ${hostLine(read.error.issues[0]?.message ?? '', 200)}`,
    };
  } catch (error) {
    return { ok: false, status: null, reason: errorWords(error) };
  }
}

function problemWords(status: number, text: string): string {
  try {
    const problem: unknown = JSON.parse(text);
    if (problem !== null && typeof problem === 'object') {
      const detail = 'detail' in problem && typeof problem.detail === 'string' ? problem.detail : '';
      const title = 'title' in problem && typeof problem.title === 'string' ? problem.title : '';
      return hostLine(`${status} ${detail || title}`, 500);
    }
  } catch {
    // Not a problem document: the status alone must do.
  }
  return `the server answered ${status}`;
}

/** A client that signs every request with the host's key (RFC 9421). */
export function serverClient(server: string, asset: string, key: HostKey): ServerClient {
  return {
    post(path, value, schema) {
      const body = Buffer.from(JSON.stringify(value));
      const headers = signHostRequest({
        method: 'POST',
        path,
        body,
        created: Math.floor(Date.now() / 1000),
        nonce: randomBytes(18).toString('base64url'),
        asset,
        privateKey: key.private_key,
      });
      return postJson(`${server}${path}`, { body, headers: { ...headers } }, schema);
    },
  };
}
