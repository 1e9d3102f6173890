import type { KeyObject } from 'node:crypto';
import {
  answerMac,
  isSameMac,
  readClaim,
  requestMac,
  writeAnswerMac,
  writeChallenge,
} from '@fleetmend/api/host-session.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Ctx } from '../platform/context.ts';
import type { Services } from '../platform/http.ts';
import { describeProblem, toProblem } from '../platform/send-problem.ts';
import { mayAsk } from './host-quota.ts';
import type { Host, Hosts } from './hosts.ts';
import { type AssetRow, lockAsset } from './inventory.store.ts';
import { readBody } from './read-body.ts';

/** What a host may send, packed. */
const MAX_WIRE_BYTES = 1024 * 1024;
/** Requests of hosts that are worked on at once; a host beyond them is told to come back. */
const MAX_AT_ONCE = 4000;
const BUSY_RETRY_SECONDS = 30;
/** A host that asks too often is answered late, which slows it down without a cost. */
const TARPIT_MILLISECONDS = 1000;

export interface HostMeans {
  services: Services;
  hosts: Hosts;
}

export interface HostRoute<Body extends z.ZodType> {
  path: string;
  body: Body;
  /** True for a check-in: it turns the ratchet. */
  turns?: boolean;
  /** True for a request that is held open: many are, and they cost nothing. */
  waits?: boolean;
}

let atOnce = 0;

/** The part of the HTTP server that hosts speak to: bodies stay bytes until it is known who sent them. */
export function hostScope(app: FastifyInstance, register: (scope: FastifyInstance) => void): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_WIRE_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    register(scope);
  });
}

/**
 * Ties an address of the agent protocol to its use case: the request must be authenticated in the session of an enrolled
 * host, and so is the answer, also a problem. Null is answered 204.
 */
export function bindHost<Body extends z.ZodType>(
  scope: FastifyInstance,
  means: HostMeans,
  route: HostRoute<Body>,
  run: (ctx: Ctx, host: Host, body: z.output<Body>, gone: AbortSignal) => Promise<object | null>,
): void {
  const options = { schema: { hide: true }, config: { isForHosts: true } };
  scope.post(route.path, options, async (request, reply) => {
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (atOnce >= MAX_AT_ONCE && route.waits !== true) {
      void reply.header('retry-after', BUSY_RETRY_SECONDS);
      throw new Problem('server-busy', `Come back in ${BUSY_RETRY_SECONDS} seconds or later.`);
    }
    if (route.waits !== true) atOnce++;
    const gone = new AbortController();
    if (route.waits === true) reply.raw.once('close', () => gone.abort());
    try {
      const { host, mac, key } = await authenticate(means, request, reply, { bytes, turns: route.turns ?? false });
      const { status, body } = await answer(request, async () => {
        const sent = { encoding: request.headers['content-encoding'], bytes };
        const value = await readBody(sent, route.body, host.quota);
        return run(contextOf(means.services, request, host), host, value, gone.signal);
      });
      void reply.code(status).header('authentication-info', writeAnswerMac(answerMac(key, mac, status, body)));
      // HTTP/1.1 keeps a connection open without being told so, which takes 50 bytes.
      reply.raw.removeHeader('connection');
      if (body.length > 0) void reply.type(status < 400 ? 'application/json' : 'application/problem+json');
      return reply.send(status === 204 ? undefined : body);
    } finally {
      if (route.waits !== true) atOnce--;
    }
  });
}

/** Gives a use case the host's asset, locked, in one transaction. */
export async function withAsset<Result>(
  ctx: Ctx,
  host: Host,
  run: (ctx: Ctx, asset: AssetRow) => Promise<Result>,
): Promise<Result> {
  return ctx.db.transaction().execute(async (db) => {
    const asset = await lockAsset(db, host.id);
    if (asset === null) throw new Problem('host-signature-refused', 'This host has been retired.');
    const actor = { kind: 'host', asset: host.id, label: `host ${asset.hostname}` } as const;
    return run({ ...ctx, db, actor }, asset);
  });
}

/** Says what an opening has to sign. The caller throws what it returns. */
export function askForSession({ server }: Hosts, host: Host, reply: FastifyReply): Problem {
  void reply.header('www-authenticate', writeChallenge(server.challenge(host.id, host.session?.link ?? '')));
  return new Problem('host-session-needed', 'Sign the challenge to open a session.');
}

/**
 * Who sends a request: the MAC under the current link proves it, or under the previous one for what does not turn the
 * ratchet. A check-in turns it before it is worked on, so that its repeat is not taken.
 */
async function authenticate(
  { hosts }: HostMeans,
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, turns }: { bytes: Buffer; turns: boolean },
): Promise<{ host: Host; mac: string; key: KeyObject }> {
  const claim = readClaim(request.headers.authorization);
  if (claim === null) throw new Problem('host-signature-refused', 'This request is not authenticated.');
  const isProven = (host: Host): KeyObject | null => {
    const { session } = host;
    if (session === null) return null;
    const back = session.step - claim.step;
    if (back !== 0 && (turns || back !== 1)) return null;
    const used = { key: session.key, step: claim.step, link: back === 0 ? session.link : session.previous };
    return isSameMac(claim.mac, requestMac(used, { path: request.url, body: bytes })) ? session.key : null;
  };
  let host = await hosts.find(claim.asset);
  let key = host === null ? null : isProven(host);
  if (host !== null && key === null) {
    // Another process may know of a later turn, or of another session.
    host = await hosts.find(claim.asset, true);
    key = host === null ? null : isProven(host);
  }
  if (host === null) throw new Problem('host-signature-refused', 'No host of this id is enrolled here.');
  if (key === null) throw askForSession(hosts, host, reply);
  await admit(host, 1);
  if (turns) hosts.turn(host, claim.mac);
  return { host, mac: claim.mac, key };
}

/** Lets a host's request through if its quota holds so much. @throws Problem `too-many-requests`, late */
export async function admit({ quota }: Host, cost: number): Promise<void> {
  if (mayAsk(quota, Date.now(), cost)) return;
  await new Promise((resolve) => setTimeout(resolve, TARPIT_MILLISECONDS));
  throw new Problem('too-many-requests', 'This host asks more often than any machine has reason to.');
}

async function answer(
  request: FastifyRequest,
  run: () => Promise<object | null>,
): Promise<{ status: number; body: Buffer }> {
  try {
    const value = await run();
    return value === null
      ? { status: 204, body: Buffer.alloc(0) }
      : { status: 200, body: Buffer.from(JSON.stringify(value)) };
  } catch (error) {
    const problem = toProblem(error instanceof Error ? error : new Error(String(error)), request.log);
    const document = describeProblem(problem, request.id);
    return { status: document.status, body: Buffer.from(JSON.stringify(document)) };
  }
}

function contextOf({ db, log, settings }: Services, request: FastifyRequest, host: Host): Ctx {
  const actor = { kind: 'host', asset: host.id, label: `host ${host.id}` } as const;
  return { db, actor, now: new Date(), log, settings, request_id: request.id };
}
