import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { contract } from '@fleetmend/api/contract.ts';
import { PERMISSIONS } from '@fleetmend/api/endpoint.ts';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { feedsJobs } from '../feeds/feed.jobs.ts';
import { registerFeedsRoutes } from '../feeds/feed.routes.ts';
import { feeds } from '../feeds/registry.ts';
import { rows } from '../platform/database.ts';
import { openHttp } from '../platform/http.ts';
import { advisoriesJobs } from './advisory.jobs.ts';
import { registerAdvisoriesRoutes } from './advisory.routes.ts';
import { openTestContext, type TestContext } from './test-context.ts';

let test_: TestContext;
let app: FastifyInstance;

beforeAll(async () => {
  test_ = await openTestContext(new Date().toISOString());
  app = await openHttp(test_.ctx.log);
  const services = {
    ...test_.ctx,
    listener: { on: () => () => undefined, close: async () => undefined },
    authenticate: async () => ({
      kind: 'person' as const,
      person: 'p',
      name: 'Ada',
      label: 'Ada',
      permissions: new Set(PERMISSIONS),
      token: null,
    }),
  };
  registerFeedsRoutes(app, services);
  registerAdvisoriesRoutes(app, services);
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await test_.close();
});
afterEach(() => {
  for (const id of Object.keys(feeds)) delete process.env[`FLEETMEND_FEED_${id.toUpperCase()}`];
});

const upload = (id: string, payload: string | Buffer) =>
  app.inject({
    method: 'POST',
    url: `/api/v1/feeds/${id}/import`,
    headers: { 'content-type': 'application/octet-stream' },
    payload,
  });
const keptFiles = async (id: string) =>
  (await readdir(join(test_.ctx.settings.data_dir, 'feeds', id), { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile())
    .map(({ name }) => name);
const listed = async (query = '') =>
  contract.listFeeds.response.parse((await app.inject({ url: `/api/v1/feeds${query}` })).json());
const csv = (count: number) =>
  ['cve,epss,percentile', ...Array.from({ length: count }, (_, index) => `CVE-2026-${10_000 + index},0.5,0.9`)].join(
    '\n',
  );

describe('feeds over HTTP', () => {
  test('are listed before they were ever read, and paged', async () => {
    const { data } = await listed();
    expect(data.map(({ id }) => id)).toEqual(Object.keys(feeds).sort());
    expect(new Set(data.map(({ state }) => state))).toEqual(new Set(['off', 'never']));
    const why = new Map(data.map(({ id, state, because }) => [id, [state, because]]));
    expect(why.get('kev')).toEqual(['never', 'read on every site']);
    expect(why.get('debian')).toEqual(['off', 'no machine runs what it speaks of']);
    expect(why.get('osv')).toEqual(['off', 'read where FLEETMEND_FEED_OSV names it or is on']);
    const first = await listed('?limit=2');
    const rest = await listed(`?limit=100&cursor=${first.next_cursor}`);
    expect([...first.data, ...rest.data]).toEqual(data);
    expect(rest.next_cursor).toBeNull();
  });

  test('are imported from an upload, which is audited and kept once', async () => {
    const answer = await upload('epss', csv(500));
    expect(answer.statusCode, answer.body).toBe(200);
    expect(contract.importFeed.response.parse(answer.json())).toMatchObject({
      id: 'epss',
      state: 'fresh',
      records: 500,
      error: null,
    });
    expect(await keptFiles('epss')).toEqual(['upload']);
    const audit = await rows(test_.ctx.db, sql`SELECT verb, object, actor FROM audit_entry`);
    expect(audit).toEqual([{ verb: 'feed.import', object: 'feed/epss', actor: 'Ada' }]);
  });

  test('refuse a bad upload, keep the good data and tell who listens', async () => {
    const answer = await upload('epss', csv(100));
    expect([answer.statusCode, answer.json().code, answer.json().detail]).toEqual([
      422,
      'feed-refused',
      'It shrank from 500 to 100 records, more than 5 %: not believed.',
    ]);
    expect(await keptFiles('epss')).toEqual(['upload']);
    const { data } = await listed();
    expect(data.find(({ id }) => id === 'epss')).toMatchObject({
      state: 'quarantined',
      records: 500,
      quarantined_records: 100,
      error: 'It shrank from 500 to 100 records, more than 5 %: not believed.',
    });
    expect(await rows(test_.ctx.db, sql`SELECT count(*) AS n FROM advisory_epss`)).toEqual([{ n: 500 }]);
    const events = await rows(
      test_.ctx.db,
      sql<{
        payload: { event: string };
      }>`SELECT payload FROM graphile_worker._private_jobs AS jobs WHERE payload->>'event' = 'feed.refused'`,
    );
    expect(events).toHaveLength(1);
    expect(await keptFiles('epss')).toEqual(['upload']);
    expect((await upload('epss', '')).json().code).toBe('feed-refused');
  });

  test('that are quarantined are let through once, which is audited', async () => {
    const release = (id: string) => app.inject({ method: 'POST', url: `/api/v1/feeds/${id}/release` });
    expect((await release('nessus')).json().code).toBe('not-found');
    expect((await release('kev')).json().code).toBe('state-conflict');
    const answer = await release('epss');
    expect(answer.statusCode, answer.body).toBe(202);
    expect(contract.releaseFeed.response.parse(answer.json())).toMatchObject({
      state: 'quarantined',
      is_released: true,
    });
    const [deed] = await rows(test_.ctx.db, sql`SELECT verb, detail FROM audit_entry WHERE verb = 'feed.release'`);
    expect(deed).toEqual({ verb: 'feed.release', detail: { records: 500, released_records: 100 } });
    expect((await upload('epss', csv(100))).json()).toMatchObject({ state: 'fresh', records: 100 });
    expect((await release('epss')).json().code).toBe('state-conflict');
    await sql`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs`.execute(test_.ctx.db);
  });

  test.each(['nessus', '__proto__', 'constructor'])('know no feed %s', async (id) => {
    expect((await upload(id, csv(1))).json().code).toBe('not-found');
    expect((await app.inject({ method: 'POST', url: `/api/v1/feeds/${id}/sync` })).json().code).toBe('not-found');
  });

  test('are fetched in the background when asked, and when due, and not sooner', async () => {
    for (const id of Object.keys(feeds)) if (id !== 'epss') process.env[`FLEETMEND_FEED_${id.toUpperCase()}`] = 'off';
    process.env['FLEETMEND_FEED_OSV'] = '/nonexistent';
    const answer = await app.inject({ method: 'POST', url: '/api/v1/feeds/osv/sync' });
    expect(answer.statusCode, answer.body).toBe(202);
    const waiting = async () =>
      (
        await rows(
          test_.ctx.db,
          sql<{
            key: string;
          }>`SELECT key FROM graphile_worker.jobs WHERE task_identifier = 'advisories.load-feed' ORDER BY 1`,
        )
      ).map(({ key }) => key);
    expect(await waiting()).toEqual(['feed:osv']);
    const run = (name: string, payload: object, ctx = test_.ctx) =>
      ({ ...feedsJobs, ...advisoriesJobs })[name]?.run(ctx, payload);
    await run('advisories.load-feed', { feed: 'osv', is_scheduled: false });
    expect((await listed()).data.find(({ id }) => id === 'osv')?.error).toBe('Cannot read /nonexistent (ENOENT).');
    await sql`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs`.execute(test_.ctx.db);
    await run('feeds.schedule', {});
    expect(await waiting()).toEqual([]);
    await run(
      'feeds.schedule',
      {},
      test_.at(new Date(test_.ctx.now.getTime() + 6 * 3_600_000 + 300_000).toISOString()),
    );
    expect(await waiting()).toEqual(['feed:osv']);
    await run('advisories.load-feed', { feed: 'osv', is_scheduled: true });
  });
});
