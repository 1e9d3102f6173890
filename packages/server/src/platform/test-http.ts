import { PERMISSIONS, type Permission } from '@fleetmend/api/endpoint.ts';
import type { FastifyInstance } from 'fastify';
import type { Ctx } from './context.ts';
import { openHttp, type Services } from './http.ts';

/** What a request was answered with. */
export interface TestAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers whose shape is what they test
  body: any;
  type: string;
}

export interface TestHttp {
  /** Sends a request as a person with these permissions (all of them), or as nobody. */
  call(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    options?: { body?: unknown; octets?: string; ifMatch?: string; as?: readonly Permission[] | null },
  ): Promise<TestAnswer>;
  close(): Promise<void>;
}

/** The real HTTP edge with some stages' routes, where who signs in is said by the test. */
export async function openTestHttp(
  ctx: Ctx,
  register: (app: FastifyInstance, services: Services) => void,
): Promise<TestHttp> {
  let permissions: readonly Permission[] | null = PERMISSIONS;
  const services: Services = {
    db: ctx.db,
    log: ctx.log,
    settings: ctx.settings,
    listener: { on: () => () => undefined, close: async () => undefined },
    authenticate: async () =>
      permissions === null
        ? null
        : {
            kind: 'person',
            person: 'person_1',
            name: 'Ada',
            label: 'Ada',
            permissions: new Set(permissions),
            token: null,
          },
  };
  const app = await openHttp(ctx.log);
  register(app, services);
  await app.ready();
  return {
    async call(method, url, { body, octets, ifMatch, as = PERMISSIONS } = {}) {
      permissions = as;
      const headers = {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(octets === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      };
      const payload = octets ?? (typeof body === 'string' ? body : JSON.stringify(body));
      const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
      return {
        status: answer.statusCode,
        body: answer.body === '' ? null : answer.json(),
        type: String(answer.headers['content-type']),
      };
    },
    close: () => app.close(),
  };
}
