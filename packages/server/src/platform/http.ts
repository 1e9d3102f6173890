import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import { problems } from '@fleetmend/api/problems.ts';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { Actor, Settings } from './context.ts';
import type { Db } from './database.ts';
import type { Listener } from './listen.ts';
import { parseBody } from './parse-body.ts';
import { sendProblem, toProblem } from './send-problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends it, once that is known; see bind.ts. */
    actor: Actor | null;
  }
  interface FastifyContextConfig {
    /** True where no browser ever asks: headers that speak to browsers are left out. */
    isForHosts?: boolean;
  }
}

/** What the HTTP edge is given by the composition root; it knows no stage. */
export interface Services {
  db: Db;
  log: Logger;
  settings: Settings;
  listener: Listener;
  /** Who sends this request; null for nobody. @throws Problem when a credential is given that does not count. */
  authenticate(request: FastifyRequest, now: Date): Promise<Actor | null>;
}

/** Bodies of people and hosts; a change of 10,000 machines fits, a flood does not. Uploads are streamed and capped apart. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** The HTTP server without its routes: validation, problems, security headers, the OpenAPI document. */
export async function openHttp(log: Logger): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: log,
    logController: new Fastify.LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    // Hosts and browsers hold requests open for minutes; a server that ends does not wait for them.
    forceCloseConnections: true,
    genReqId: () => randomUUID(),
    // The socket's address is the truth: X-Forwarded-For counts for nothing until a proxy is configured.
    trustProxy: false,
    routerOptions: { maxParamLength: 300 },
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onSend', async (request, reply) => {
    if (request.routeOptions.config.isForHosts !== true) reply.headers(HEADERS);
  });
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendProblem(reply, request, toProblem(error, request.log)),
  );
  app.removeAllContentTypeParsers();
  app.decorateRequest('actor', null);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    try {
      done(null, body.length === 0 ? undefined : parseBody(body));
    } catch (error) {
      done(error as Error, undefined);
    }
  });
  app.addContentTypeParser('application/octet-stream', (_request, _payload, done) => done(null));
  await app.register(cookie);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Fleetmend', version: 'v1', description: 'Patch management for teams.' },
    },
    transform: jsonSchemaTransform,
  });
  app.get('/api/problems', { schema: { hide: true } }, async () => problems);
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  return app;
}
