import type { PersonRole } from '@fleetmend/domain/access/trust-root.ts';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { registerAuditRoutes } from '../audit/audit.routes.ts';
import type { Ctx, Settings } from '../platform/context.ts';
import { type Db, openDatabase } from '../platform/database.ts';
import { openHttp } from '../platform/http.ts';
import { newId } from '../platform/id.ts';
import { openListener } from '../platform/listen.ts';
import { openLog } from '../platform/log.ts';
import { ensureOrganization } from '../platform/organization.ts';
import { createTestDatabase } from '../platform/test-database.ts';
import { registerAccessRoutes } from './access.routes.ts';
import { insertPerson } from './access.store.ts';
import { authenticate } from './authenticate.ts';
import { createSignInLink } from './first-person.ts';

export const ORIGIN = 'http://localhost:7400';

export interface Ask {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: object;
  headers?: Record<string, string>;
  /** The address of the socket. */
  from?: string;
}

export interface TestApp {
  db: Db;
  app: FastifyInstance;
  /** What the server itself may do, at a time of the test's. */
  ctx(now?: Date): Ctx;
  /** Asks as nobody in particular, as curl would. */
  ask(request: Ask): Promise<LightMyRequestResponse>;
  /** Adds a person, signs them in with a link, and gives a way to ask as their browser does. */
  signIn(name: string, roles: PersonRole[]): Promise<Browser>;
  close(): Promise<void>;
}

export interface Browser {
  id: string;
  cookie: string;
  ask(request: Ask): Promise<LightMyRequestResponse>;
}

/** Access and audit over HTTP, on a real database of the test's own. */
export async function openTestApp(origin = ORIGIN): Promise<TestApp> {
  const database = await createTestDatabase();
  const { db, close } = openDatabase(database.url, 6);
  const log = openLog('silent');
  const settings: Settings = {
    origin,
    rp_id: new URL(origin).hostname,
    data_dir: '',
    check_in_seconds: 10,
    webhook_allow: [],
  };
  const listener = await openListener(database.url, log);
  await ensureOrganization(db, new Date());
  const app = await openHttp(log);
  const services = { db, log, settings, listener };
  const withSignIn = {
    ...services,
    authenticate: (request: Parameters<typeof authenticate>[1], now: Date) => authenticate(services, request, now),
  };
  registerAccessRoutes(app, withSignIn);
  registerAuditRoutes(app, withSignIn);
  await app.ready();

  const ctx = (now = new Date()): Ctx => ({
    db,
    actor: { kind: 'system', label: 'test' },
    now,
    log,
    settings,
    request_id: null,
  });
  const ask = ({ method, path, body, headers = {}, from = '127.0.0.1' }: Ask) =>
    app.inject({ method, url: path, headers, remoteAddress: from, ...(body === undefined ? {} : { payload: body }) });

  async function signIn(name: string, roles: PersonRole[]): Promise<Browser> {
    const id = newId('person', new Date());
    await insertPerson(db, { id, name, roles }, new Date());
    const { url } = await createSignInLink(ctx(), id);
    const opened = await ask({
      method: 'POST',
      path: '/api/v1/session/link',
      body: { token: url.split('#')[1] ?? '' },
    });
    if (opened.statusCode !== 200) throw new Error(`no session: ${opened.body}`);
    const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
    const browser = { cookie, 'sec-fetch-site': 'same-origin', origin };
    return { id, cookie, ask: (request) => ask({ ...request, headers: { ...browser, ...request.headers } }) };
  }
  return {
    db,
    app,
    ctx,
    ask,
    signIn,
    async close() {
      await app.close();
      await listener.close();
      await close();
      await database.drop();
    },
  };
}
