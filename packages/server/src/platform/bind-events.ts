import { contract } from '@fleetmend/api/contract.ts';
import type { Endpoint } from '@fleetmend/api/endpoint.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Answer, authorise, type Given, routeSchema } from './bind.ts';
import type { Ctx } from './context.ts';
import type { Services } from './http.ts';

/** Proxies cut silent connections after about a minute. */
const HEARTBEAT_MILLISECONDS = 15_000;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Ties an endpoint that streams to its read model: sent at once, and again whenever the subject is woken. */
export function bindEvents<Name extends 'watchRollout'>(
  app: FastifyInstance,
  services: Services,
  name: Name,
  model: { subject(given: Given<Name>): string; read(ctx: Ctx, given: Given<Name>): Promise<Answer<Name>> },
): void {
  const endpoint: Endpoint = contract[name];
  app.get(endpoint.path, { schema: routeSchema(name, endpoint) }, async (request: FastifyRequest, reply) => {
    const actor = await authorise(endpoint, services, request);
    const given = { params: request.params, query: request.query, request, reply } as unknown as Given<Name>;
    const read = () =>
      model.read(
        {
          db: services.db,
          actor,
          now: new Date(),
          log: services.log,
          settings: services.settings,
          request_id: request.id,
        },
        given,
      );
    const stream = reply.raw;
    let last = '';
    let isStale = false;
    let isReading = true;
    // Listening begins before the first reading, so that nothing that happens meanwhile is missed.
    const off = services.listener.on(model.subject(given), () => {
      isStale = true;
      if (!isReading) void follow();
    });
    stream.on('close', off);
    const opening = await read().catch((error: unknown) => {
      off();
      throw error;
    });
    reply.hijack();
    // Whoever has gone while we read says so no second time.
    if (stream.destroyed) return;
    stream.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const heartbeat = setInterval(() => stream.write(': still here\n\n'), HEARTBEAT_MILLISECONDS);
    stream.on('close', () => clearInterval(heartbeat));
    const send = (answer: unknown) => {
      const text = JSON.stringify(answer);
      if (text !== last) stream.write(`data: ${text}\n\n`);
      last = text;
      // Who does not read what is sent must not have it kept for them; a browser asks anew.
      if (stream.writableLength > MAX_WAITING_BYTES) stream.destroy();
    };
    /** However often it is woken meanwhile, one reading follows the one under way. */
    const follow = async () => {
      isReading = true;
      try {
        while (isStale && !stream.destroyed) {
          isStale = false;
          send(await read());
        }
      } catch {
        stream.end();
      } finally {
        isReading = false;
      }
    };
    send(opening);
    await follow();
  });
}
