import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type Contract, contract, type EndpointName } from '@fleetmend/api/contract.ts';
import type { Endpoint } from '@fleetmend/api/endpoint.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Actor, Ctx } from './context.ts';
import type { Db } from './database.ts';
import type { Services } from './http.ts';
import { replayOrRun } from './idempotency.ts';

type Part<E, K extends string> = E extends { [key in K]: infer S extends z.ZodType } ? z.output<S> : undefined;

/** A request as its use case sees it: parsed, and with the ETag that its sender had read. */
export interface Given<Name extends EndpointName> {
  params: Part<Contract[Name], 'params'>;
  query: Part<Contract[Name], 'query'>;
  body: Part<Contract[Name], 'body'>;
  /** Present where the contract requires If-Match. */
  ifMatch: string;
  /** Present where the contract takes an upload. */
  octets: Readable;
  /** For cookies and socket addresses; use cases of stages have no business here. */
  request: FastifyRequest;
  reply: FastifyReply;
}
export type Answer<Name extends EndpointName> = Contract[Name] extends { response: infer R extends z.ZodType }
  ? z.input<R>
  : never;

export interface BindOptions<Name extends EndpointName> {
  /** The ETag of an answer; a GET that already has it gets 304. */
  etag?(answer: Answer<Name>): string | null;
  /** For answers that take long and open transactions of their own: `ctx.db` is then the pool. */
  isOwnTransaction?: boolean;
}

/**
 * Ties an endpoint of the contract to its use case: sign-in, permission, validation, If-Match and Idempotency-Key are
 * checked here and nowhere else, and whatever is not a GET runs in one transaction.
 */
export function bind<Name extends EndpointName>(
  app: FastifyInstance,
  services: Services,
  name: Name,
  useCase: ((ctx: Ctx, given: Given<Name>) => Promise<Answer<Name>>) | BindTarget<Name>,
): void {
  const { run, etag, isOwnTransaction } =
    typeof useCase === 'function' ? ({ run: useCase } as BindTarget<Name>) : useCase;
  const endpoint: Endpoint = contract[name];
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: routeSchema(name, endpoint),
    // Before the body is read: nobody who may not ask learns what a good request looks like.
    onRequest: async (request) => {
      request.actor = await authorise(endpoint, services, request);
    },
    async handler(request, reply) {
      const now = new Date();
      const actor = request.actor ?? NOBODY;
      const given = {
        params: request.params,
        query: request.query,
        body: request.body,
        ifMatch: readIfMatch(endpoint, request),
        octets: request.raw,
        request,
        reply,
      } as unknown as Given<Name>;
      const ctx = (db: Db): Ctx => ({
        db,
        actor,
        now,
        log: services.log,
        settings: services.settings,
        request_id: request.id,
      });
      const inTransaction = endpoint.method !== 'GET' && isOwnTransaction !== true;
      const answer = inTransaction
        ? await services.db
            .transaction()
            .execute((trx) => runOnce(ctx(trx), endpoint, request, () => run(ctx(trx), given)))
        : await run(ctx(services.db), given);
      if (reply.sent) return reply;
      return sendAnswer(reply, request, endpoint, { body: answer, etag: etag?.(answer as Answer<Name>) ?? null });
    },
  });
}

export interface BindTarget<Name extends EndpointName> extends BindOptions<Name> {
  run(ctx: Ctx, given: Given<Name>): Promise<Answer<Name>>;
}

/** A route's schemas as the validator and the OpenAPI document want them. */
export function routeSchema(name: string, endpoint: Endpoint) {
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [endpoint.path.split('/')[3] ?? 'api'],
    ...(endpoint.params ? { params: endpoint.params } : {}),
    ...(endpoint.query ? { querystring: endpoint.query } : {}),
    ...(endpoint.body ? { body: endpoint.body } : {}),
    ...(endpoint.stream ? {} : { response: { [endpoint.status ?? 200]: endpoint.response } }),
  };
}

const NOBODY: Actor = { kind: 'system', label: 'nobody' };

/** @throws Problem when nobody is signed in, or who is may not do this. */
export async function authorise(endpoint: Endpoint, services: Services, request: FastifyRequest): Promise<Actor> {
  const actor = await services.authenticate(request, new Date());
  if (endpoint.permission === null) return actor ?? NOBODY;
  if (actor === null || actor.kind !== 'person')
    throw new Problem('sign-in-needed', 'Sign in, or send a token as "Authorization: Bearer fm_…".');
  if (!actor.permissions.has(endpoint.permission)) {
    throw new Problem(
      'permission-missing',
      `This needs the permission ${endpoint.permission}, which ${actor.name} does not have.`,
    );
  }
  return actor;
}

function readIfMatch(endpoint: Endpoint, request: FastifyRequest): string {
  if (endpoint.if_match === undefined) return '';
  const text = request.headers['if-match'];
  const tag = typeof text === 'string' ? /^(?:W\/)?"([^"]+)"$/.exec(text)?.[1] : undefined;
  if (tag === undefined)
    throw new Problem('precondition-needed', 'Send If-Match with the ETag of what you have read, in quotes.');
  return tag;
}

async function runOnce<T>(ctx: Ctx, endpoint: Endpoint, request: FastifyRequest, run: () => Promise<T>): Promise<T> {
  // Elsewhere a key is of no use, and an answer that holds a secret must not be kept for a second asking.
  if (endpoint.idempotency !== 'required' || ctx.actor.kind !== 'person') return run();
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new Problem('idempotency-key-needed', 'Send an Idempotency-Key of 1 to 200 printable characters.');
  }
  const hash = createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest();
  return replayOrRun(ctx, { principal: ctx.actor.person, key, hash, status: endpoint.status ?? 200 }, run);
}

function sendAnswer(
  reply: FastifyReply,
  request: FastifyRequest,
  endpoint: Endpoint,
  { body, etag }: { body: unknown; etag: string | null },
): FastifyReply {
  if (etag !== null) {
    reply.header('etag', `"${etag}"`);
    if (endpoint.method === 'GET' && request.headers['if-none-match'] === `"${etag}"`) return reply.status(304).send();
  }
  reply.header('cache-control', 'no-store');
  const status = endpoint.status ?? 200;
  return status === 204 ? reply.status(204).send() : reply.status(status).send(body);
}
