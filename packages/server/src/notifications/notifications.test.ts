import { createHmac, timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { type Ctx, emit } from '../platform/context.ts';
import { type JobRunner, runJobs } from '../platform/jobs.ts';
import { openTestHttp, type TestHttp } from '../platform/test-http.ts';
import { deliver } from './deliver.ts';
import { notificationsJobs } from './notification.jobs.ts';
import { listDeliveries, readWebhook } from './notification.queries.ts';
import { registerNotificationsRoutes } from './notification.routes.ts';
import { forgetDeliveries } from './notification.store.ts';
import { notify } from './notify.ts';
import { sendWebhook } from './send-webhook.ts';

interface Received {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real receiver on the loopback, whose answers the test scripts; `null` is no answer at all. */
class Receiver {
  readonly received: Received[] = [];
  answers: (number | null)[] = [];
  readonly #server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      this.received.push({ method: request.method, path: request.url, headers: request.headers, body });
      const status = this.answers.length === 0 ? 204 : (this.answers.shift() ?? null);
      if (status !== null)
        response
          .writeHead(status, { location: `${this.url}/elsewhere`, 'x-canary': 'canary-header' })
          .end(status === 204 ? '' : 'canary-body');
    });
  });
  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

let context: TestContext;
let ctx: Ctx;
let http: TestHttp;
let receiver: Receiver;
beforeAll(async () => {
  context = await openTestContext();
  ctx = {
    ...context.ctx,
    now: new Date(),
    settings: { ...context.ctx.settings, webhook_allow: ['127.0.0.1'], origin: 'https://patch.example' },
  };
  http = await openTestHttp(ctx, registerNotificationsRoutes);
});
afterAll(async () => {
  await http.close();
  await context.close();
});
beforeEach(async () => {
  receiver = await new Receiver().open();
});
afterEach(async () => {
  await receiver.close();
  await sql`DELETE FROM notification_delivery`.execute(ctx.db);
  await sql`DELETE FROM notification_webhook`.execute(ctx.db);
  await sql`DELETE FROM graphile_worker._private_jobs`.execute(ctx.db);
});

async function put(path = '/hook?token=canary-token'): Promise<string> {
  const { status, body } = await http.call('PUT', '/api/v1/webhook', { body: { url: `${receiver.url}${path}` } });
  expect(status).toBe(200);
  return body.secret;
}

const inTransaction = <T>(work: (ctx: Ctx) => Promise<T>) => ctx.db.transaction().execute((db) => work({ ...ctx, db }));
const deliveries = () => listDeliveries(ctx.db, null, 100);

/** As the specification tells a receiver to do it, with nothing of ours. */
function isSigned({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const wanted = createHmac('sha256', key)
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    .digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((each) => each.startsWith('v1,') && timingSafeEqual(Buffer.from(each.slice(3), 'base64'), wanted));
}

describe('with the queue running', () => {
  let runner: JobRunner;
  let pool: pg.Pool;
  beforeEach(async () => {
    pool = new pg.Pool({ connectionString: context.url, max: 6 });
    runner = await runJobs(notificationsJobs, {
      db: ctx.db,
      pool,
      log: ctx.log,
      settings: ctx.settings,
      server: 'test',
    });
  });
  afterEach(async () => {
    await runner.close();
    await pool.end();
  });
  async function ended(): Promise<Awaited<ReturnType<typeof deliveries>>> {
    for (let i = 0; i < 300; i++) {
      const list = await deliveries();
      if (list.length > 0 && list.every(({ state }) => state !== 'pending')) return list;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the deliveries do not end');
  }

  test('an event arrives once, signed, with ids and an address and nothing that a machine wrote', async () => {
    const secret = await put();
    await inTransaction((each) =>
      emit(each, 'rollout.paused', {
        rollout: 'RO-7',
        change: 'CH-12',
        hostname: 'secret-host',
        detail: 'E: canary-detail',
      }),
    );
    expect(await ended()).toMatchObject([
      { event: 'rollout.paused', state: 'delivered', status: 204, attempts: 1, error: null },
    ]);
    const [request] = receiver.received;
    if (request === undefined) throw new Error('nothing came');
    expect(receiver.received).toHaveLength(1);
    expect(isSigned(request, secret)).toBe(true);
    expect(isSigned({ ...request, body: `${request.body} ` }, secret)).toBe(false);
    expect(Math.abs(Number(request.headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(30);
    expect([request.method, request.path, request.headers['content-type']]).toEqual([
      'POST',
      '/hook?token=canary-token',
      'application/json',
    ]);
    expect(JSON.parse(request.body)).toEqual({
      type: 'rollout.paused',
      timestamp: ctx.now.toISOString(),
      data: { rollout: 'RO-7', change: 'CH-12', url: 'https://patch.example/rollouts/RO-7' },
    });
  });

  test('after a 500 it is tried again: the same id and body, a fresh signature', async () => {
    const secret = await put();
    receiver.answers = [500, 204];
    await inTransaction((each) => emit(each, 'change.approved', { change: 'CH-1' }));
    expect(await ended()).toMatchObject([{ state: 'delivered', status: 204, attempts: 2, error: null }]);
    const [one, two] = receiver.received;
    if (one === undefined || two === undefined) throw new Error('two were due');
    expect([two.headers['webhook-id'], two.body]).toEqual([one.headers['webhook-id'], one.body]);
    expect(Number(two.headers['webhook-timestamp'])).toBeGreaterThan(Number(one.headers['webhook-timestamp']));
    expect([isSigned(one, secret), isSigned(two, secret)]).toEqual([true, true]);
  });

  test('410 ends it all, with its reason, in the audit log too', async () => {
    await put();
    receiver.answers = [410];
    const { status, body } = await http.call('POST', '/api/v1/webhook/test');
    expect(status).toBe(202);
    expect(await ended()).toMatchObject([{ id: body.delivery, event: 'webhook.test', state: 'failed', status: 410 }]);
    expect((await http.call('GET', '/api/v1/webhook')).body.webhook).toMatchObject({
      is_enabled: false,
      disabled_reason: 'the address answered 410 Gone',
    });
    await inTransaction((each) =>
      notify(each, { event: 'change.created', at: ctx.now.toISOString(), data: { change: 'CH-2' } }),
    );
    expect(await deliveries()).toHaveLength(1);
    expect((await http.call('POST', '/api/v1/webhook/test')).status).toBe(404);
    const { rows } = await sql<{ verb: string }>`SELECT verb FROM audit_entry ORDER BY sequence DESC LIMIT 1`.execute(
      ctx.db,
    );
    expect(rows).toEqual([{ verb: 'webhook.disable' }]);
    await put();
    expect((await readWebhook(ctx.db))?.is_enabled).toBe(true);
  });
});

describe('one delivery', () => {
  const enqueueOne = async (at = ctx.now.toISOString()) => {
    await inTransaction((each) => notify(each, { event: 'feed.refused', at, data: { feed: 'kev' } }));
    const [delivery] = await deliveries();
    if (delivery === undefined) throw new Error('no delivery');
    return delivery.id;
  };
  const state = async () => (await deliveries())[0];

  test.each([301, 302, 307, 308])('a %i is not followed', async (status) => {
    await put();
    const id = await enqueueOne();
    receiver.answers = [status];
    await expect(deliver(ctx, id)).rejects.toThrow('will be tried again');
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook?token=canary-token']);
    expect(await state()).toMatchObject({
      state: 'pending',
      status,
      attempts: 1,
      error: `answered ${status}; redirects are not followed`,
    });
  });

  test('nothing of the answer but its status is kept', async () => {
    await put();
    const id = await enqueueOne();
    receiver.answers = [503];
    await expect(deliver(ctx, id)).rejects.toThrow();
    expect(JSON.stringify(await deliveries())).not.toContain('canary');
  });

  test('that has ended is not sent again', async () => {
    await put();
    const id = await enqueueOne();
    await deliver(ctx, id);
    await deliver(ctx, id);
    expect(receiver.received).toHaveLength(1);
    expect(await state()).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  test('of an event that the queue hands out twice is one', async () => {
    await put();
    await enqueueOne();
    await enqueueOne();
    expect(await deliveries()).toHaveLength(1);
    await enqueueOne(new Date(ctx.now.getTime() + 1).toISOString());
    expect(await deliveries()).toHaveLength(2);
  });

  test('has failed after the twelfth attempt, and after a day', async () => {
    await put();
    const id = await enqueueOne();
    await sql`UPDATE notification_delivery SET attempts = 11`.execute(ctx.db);
    receiver.answers = [500];
    await deliver(ctx, id);
    expect(await state()).toMatchObject({ state: 'failed', attempts: 12, status: 500 });
    await sql`UPDATE notification_delivery SET attempts = 1, state = 'pending'`.execute(ctx.db);
    receiver.answers = [500];
    await deliver({ ...ctx, now: new Date(ctx.now.getTime() + 25 * 3_600_000) }, id);
    expect(await state()).toMatchObject({ state: 'failed', attempts: 2 });
  });

  test('to nobody says what there was instead of an answer', async () => {
    await put();
    const id = await enqueueOne();
    await receiver.close();
    await expect(deliver(ctx, id)).rejects.toThrow('no connection (ECONNREFUSED)');
    expect(await state()).toMatchObject({ state: 'pending', status: null, error: 'no connection (ECONNREFUSED)' });
    receiver = await new Receiver().open();
  });

  test('to an address that is no longer allowed is not sent', async () => {
    await put();
    const id = await enqueueOne();
    await expect(deliver({ ...ctx, settings: { ...ctx.settings, webhook_allow: [] } }, id)).rejects.toThrow(
      'not on the internet',
    );
    expect(receiver.received).toEqual([]);
  });

  test('whose webhook was removed has failed', async () => {
    await put();
    const id = await enqueueOne();
    expect((await http.call('DELETE', '/api/v1/webhook')).status).toBe(204);
    await deliver(ctx, id);
    expect(await state()).toMatchObject({ state: 'failed', attempts: 0, error: 'the webhook was removed' });
    expect(receiver.received).toEqual([]);
  });

  test('with another data folder’s key switches the webhook off and says why', async () => {
    await put();
    const id = await enqueueOne();
    await rm(join(ctx.settings.data_dir, 'secret.key'));
    await deliver(ctx, id);
    expect(await readWebhook(ctx.db)).toMatchObject({
      is_enabled: false,
      disabled_reason: expect.stringContaining('save the address again'),
    });
    expect(receiver.received).toEqual([]);
  });

  test('that got lost has failed after two days and is forgotten after thirty', async () => {
    await put();
    await enqueueOne();
    const later = (days: number) => new Date(ctx.now.getTime() + days * 86_400_000);
    await forgetDeliveries(ctx.db, later(-30), later(1));
    expect(await state()).toMatchObject({ state: 'failed', error: 'never sent' });
    await forgetDeliveries(ctx.db, later(1), later(1));
    expect(await deliveries()).toEqual([]);
  });
});

describe('the connection', () => {
  const message = { headers: {}, body: '{}' };
  test('goes to the address that was checked: the name is not asked again', async () => {
    const url = new URL(`http://name.invalid:${receiver.port}/hook`);
    expect(await sendWebhook({ url, addresses: [{ address: '127.0.0.1', family: 4 }] }, message)).toBe(204);
    expect(receiver.received[0]?.headers.host).toBe(`name.invalid:${receiver.port}`);
  });

  test('ends when there is no answer in time', async () => {
    receiver.answers = [null];
    const target = { url: new URL(receiver.url), addresses: [{ address: '127.0.0.1', family: 4 as const }] };
    await expect(sendWebhook(target, message, 200)).rejects.toThrow('no answer within 0.2 s');
  });

  test('with TLS to something that speaks none fails with a code alone', async () => {
    const target = {
      url: new URL(`https://name.invalid:${receiver.port}/`),
      addresses: [{ address: '127.0.0.1', family: 4 as const }],
    };
    await expect(sendWebhook(target, message)).rejects.toThrow(/^no connection \([A-Z0-9_]+\)$/);
    expect(receiver.received).toEqual([]);
  });
});

describe('the webhook', () => {
  test('shows its secret once and stores it sealed', async () => {
    const secret = await put();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { body } = await http.call('GET', '/api/v1/webhook');
    expect(body.webhook).toEqual({
      url: `${receiver.url}/hook?token=canary-token`,
      is_enabled: true,
      disabled_reason: null,
      updated_at: expect.any(String),
    });
    const stored = (await readWebhook(ctx.db))?.secret ?? Buffer.alloc(0);
    expect(stored.includes(Buffer.from(secret.slice(6), 'base64')) || stored.includes(secret.slice(6))).toBe(false);
    expect(await put()).not.toBe(secret);
  });

  test('leaves no token of its address in the audit log', async () => {
    await put();
    const { rows } = await sql<{
      detail: unknown;
    }>`SELECT detail FROM audit_entry WHERE verb = 'webhook.set' ORDER BY sequence DESC LIMIT 1`.execute(ctx.db);
    expect(rows).toEqual([{ detail: { host: `127.0.0.1:${receiver.port}` } }]);
  });

  test('that there is not', async () => {
    expect((await http.call('GET', '/api/v1/webhook')).body).toEqual({ webhook: null });
    expect((await http.call('POST', '/api/v1/webhook/test')).status).toBe(404);
    expect((await http.call('DELETE', '/api/v1/webhook')).status).toBe(204);
    await inTransaction((each) => notify(each, { event: 'change.created', at: ctx.now.toISOString(), data: {} }));
    expect(await deliveries()).toEqual([]);
  });

  test.each([
    'http://169.254.169.254/latest',
    'https://10.0.0.1/',
    'https://[::1]/',
    'http://0x7f000002/',
    'https://u:p@127.0.0.1/',
    'ftp://127.0.0.1/',
    'nonsense',
    '',
    `https://127.0.0.1/${'a'.repeat(1000)}`,
  ])('is not set to %j, and what stood there stays', async (url) => {
    await put();
    const { status, body, type } = await http.call('PUT', '/api/v1/webhook', { body: { url } });
    expect([status, type, body.code]).toEqual([422, 'application/problem+json', 'invalid']);
    expect((await readWebhook(ctx.db))?.url).toBe(`${receiver.url}/hook?token=canary-token`);
  });

  test('lists its deliveries by pages, newest first', async () => {
    await put();
    const at = (i: number) => new Date(ctx.now.getTime() + i).toISOString();
    for (let i = 0; i < 5; i++)
      await inTransaction((each) =>
        notify({ ...each, now: new Date(at(i)) }, { event: 'change.created', at: at(i), data: {} }),
      );
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await http.call('GET', `/api/v1/webhook/deliveries?limit=2${cursor}`);
      seen.push(...body.data.map((each: { at: string }) => each.at));
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    expect(seen).toEqual([4, 3, 2, 1, 0].map(at));
  });

  test.each([
    ['GET', '/api/v1/webhook', 'notifications:read', undefined],
    ['GET', '/api/v1/webhook/deliveries', 'notifications:read', undefined],
    ['PUT', '/api/v1/webhook', 'notifications:write', { url: 'https://10.0.0.1/' }],
    ['POST', '/api/v1/webhook/test', 'notifications:write', undefined],
    ['DELETE', '/api/v1/webhook', 'notifications:write', undefined],
  ] as const)('%s %s needs %s', async (method, url, permission, body) => {
    expect((await http.call(method, url, { body, as: null })).status).toBe(401);
    expect((await http.call(method, url, { body, as: ['self', 'changes:write'] })).status).toBe(403);
    expect([200, 204, 404, 422]).toContain((await http.call(method, url, { body, as: [permission] })).status);
  });
});
