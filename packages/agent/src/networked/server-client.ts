import { type IncomingMessage, Agent as PlainAgent, request as requestPlainly } from 'node:http';
import { request as requestSecurely, Agent as SecureAgent } from 'node:https';
import {
  describe,
  type HostReply,
  hostClient,
  type PostOptions,
  type SendToServer,
} from '@fleetmend/api/host-client.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import type { z } from 'zod';
import { trustOwnAuthorities } from '../platform/trust-authorities.ts';
import type { AgentFolder } from './agent-folder.ts';
import { type HostKey, type Identity, readSession, writeSession } from './identity.ts';

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export type Answer<T> =
  | { ok: true; value: T }
  /** `status` null: the server was not reached, or its answer was not one of ours. */
  | { ok: false; status: number | null; reason: string; retry_after_seconds: number | null };

export interface ServerClient {
  /** An answer without a body is null to the schema. */
  post<T>(path: string, body: unknown, schema: z.ZodType<T>, options?: PostOptions): Promise<Answer<T>>;
}

/** A client that speaks as this host. */
export interface HostServerClient extends ServerClient {
  /** Opens a session now. @throws Error in words. */
  renew(): Promise<void>;
}

/** Connections to one server, kept open; node:http and not fetch, whose headers alone are larger than a check-in. */
export function connectTo(server: string): SendToServer {
  const isSecure = server.startsWith('https:');
  if (isSecure) trustOwnAuthorities();
  const open = isSecure ? requestSecurely : requestPlainly;
  const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new PlainAgent({ keepAlive: true });
  return ({ path, headers, body, timeout_seconds }) =>
    new Promise((resolve, reject) => {
      const request = open(
        `${server}${path}`,
        {
          method: 'POST',
          agent,
          signal: AbortSignal.timeout(timeout_seconds * 1000),
          headers: { ...headers, 'content-length': body.length },
        },
        (response) => readBounded(response).then(resolve, reject),
      );
      request.on('error', reject);
      request.end(body);
    });
}

async function readBounded(response: IncomingMessage): Promise<HostReply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) {
      response.destroy();
      throw new Error('the answer is too large');
    }
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return hostLine([code, error.message].filter((part) => part !== '').join(': '), 500);
}

/** Reads an answer through the schema. Never throws: a server can say anything, or nothing. */
export async function readAnswer<T>(reply: Promise<HostReply>, schema: z.ZodType<T>): Promise<Answer<T>> {
  try {
    const { status, headers, body } = await reply;
    if (status < 200 || status > 299) {
      const after = Number(headers['retry-after']);
      const retry_after_seconds = Number.isFinite(after) && after > 0 ? Math.min(after, 3600) : null;
      return { ok: false, status, reason: hostLine(describe({ status, body }), 500), retry_after_seconds };
    }
    const text = Buffer.from(body).toString('utf8');
    const read = schema.safeParse(text === '' ? null : JSON.parse(text));
    if (read.success) return { ok: true, value: read.data };
    return failure(`the server's answer was not understood: ${hostLine(read.error.issues[0]?.message ?? '', 200)}`);
  } catch (error) {
    return failure(errorWords(error));
  }
}

function failure(reason: string): { ok: false; status: null; reason: string; retry_after_seconds: null } {
  return { ok: false, status: null, reason, retry_after_seconds: null };
}

/** A client that speaks as this host, in a session that outlives the process. */
export function serverClient(identity: Identity, key: HostKey, folder: AgentFolder): HostServerClient {
  const client = hostClient({
    asset: identity.asset,
    privateKey: key.private_key,
    serverKey: identity.server_key,
    session: readSession(folder),
    send: connectTo(identity.server),
    save: (session) => writeSession(folder, session),
  });
  return {
    post: (path, value, schema, options) => readAnswer(client.post(path, value, options), schema),
    renew: () => client.renew(),
  };
}
