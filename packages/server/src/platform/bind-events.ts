import { contract } from '@fleetmend/api/contract.ts';
import type { Endpoint } from '@fleetmend/api/endpoint.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Answer, authorise, type Given, routeSchema } from './bind.ts';
import type { Ctx } from './context.ts';
import type { Services } from './http.ts';

/** Proxies cut silent connections after about a minute. */
const HEARTBEAT_MILLISECONDS = 15_000;

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
    const opening = await read();
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    let last = '';
    const send = (model: unknown) => {
      const text = JSON.stringify(model);
      if (text !== last) stream.write(`data: ${text}\n\n`);
      last = text;
    };
    send(opening);
    let running = Promise.resolve();
    const off = services.listener.on(model.subject(given), () => {
      running = running.then(read).then(send, () => {
        stream.end();
      });
    });
    const heartbeat = setInterval(() => stream.write(': still here\n\n'), HEARTBEAT_MILLISECONDS);
    stream.on('close', () => {
      off();
      clearInterval(heartbeat);
    });
  });
}
