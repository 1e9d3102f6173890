import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { insertAsset } from '../inventory/inventory.store.ts';
import type { Ctx } from '../platform/context.ts';
import { openTestHttp, type TestHttp } from '../platform/test-http.ts';
import { readPolicy } from './policy.queries.ts';
import { registerPoliciesRoutes } from './policy.routes.ts';
import { ensureDefaultPolicy } from './put-policy.ts';

let context: TestContext;
let http: TestHttp;
beforeAll(async () => {
  context = await openTestContext();
  http = await openTestHttp(context.ctx, registerPoliciesRoutes);
  for (const [id, labels] of [
    ['web-01', { env: 'prod' }],
    ['web-02', { env: 'prod', ring: 'canary' }],
    ['lab', { env: 'lab' }],
  ] as const) {
    const spki = Buffer.from(id);
    await insertAsset(context.ctx.db, { id, hostname: id, machine_id: id, key_id: id, spki, labels }, context.ctx.now);
  }
});
afterAll(async () => {
  await http.close();
  await context.close();
});

const inTransaction = (work: (ctx: Ctx) => Promise<void>) =>
  context.ctx.db.transaction().execute((db) => work({ ...context.ctx, db }));
const audit = async () =>
  (
    await sql<{
      verb: string;
      object: string;
      actor: string;
    }>`SELECT verb, object, actor FROM audit_entry ORDER BY sequence`.execute(context.ctx.db)
  ).rows;
const web =
  'kind: Policy\nname: web\nselect: env = prod\nrings:\n  - {name: canary, select: ring = canary}\n  - {name: rest}\n';

describe('the policy to begin with', () => {
  test('is made once, however often and by however many servers at once', async () => {
    await Promise.all([1, 2, 3].map(() => inTransaction(ensureDefaultPolicy)));
    await inTransaction(ensureDefaultPolicy);
    const { status, body } = await http.call('GET', '/api/v1/policies/standard');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'standard',
      asset_count: 3,
      updated_by: null,
      spec: { window: null, approvals: { quorum: 1 }, gates: [] },
    });
    expect(body.next_windows).toHaveLength(1);
    expect(body.sentence).toContain('every machine');
    expect(body.sha256).toBe(createHash('sha256').update(body.yaml).digest('hex'));
    expect((await readPolicy(context.ctx.db, 'standard'))?.version).toBe(1);
    expect(await audit()).toEqual([{ verb: 'policy.create', object: 'policy/standard', actor: 'test' }]);
  });
});

describe('writing', () => {
  test('a new policy, its next text, and the very same text again', async () => {
    const first = await http.call('PUT', '/api/v1/policies/web', { body: { yaml: web } });
    expect(first).toMatchObject({ status: 200, body: { name: 'web', asset_count: 2, updated_by: 'Ada', yaml: web } });
    const next = `# tighter\n${web}approvals: {quorum: 2}\n`;
    expect((await http.call('PUT', '/api/v1/policies/web', { body: { yaml: next } })).body.spec.approvals).toEqual({
      quorum: 2,
    });
    expect((await http.call('PUT', '/api/v1/policies/web', { body: { yaml: next } })).status).toBe(200);
    const { rows } = await sql<{
      version: number;
      yaml: string;
    }>`SELECT version, yaml FROM policy_version WHERE name = 'web' ORDER BY version`.execute(context.ctx.db);
    expect(rows).toEqual([
      { version: 1, yaml: web },
      { version: 2, yaml: next },
    ]);
    expect((await audit()).slice(1)).toEqual([
      { verb: 'policy.create', object: 'policy/web', actor: 'Ada' },
      { verb: 'policy.edit', object: 'policy/web', actor: 'Ada' },
    ]);
  });

  test('ten at once leave ten versions in a row', async () => {
    const texts = Array.from({ length: 10 }, (_, i) => `kind: Policy\nname: busy\nowner: "${i}"\n`);
    const answers = await Promise.all(
      texts.map((yaml) => http.call('PUT', '/api/v1/policies/busy', { body: { yaml } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(texts.map(() => 200));
    const { rows } = await sql<{
      version: number;
    }>`SELECT version FROM policy_version WHERE name = 'busy' ORDER BY version`.execute(context.ctx.db);
    expect(rows.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test.each([
    ['another name', 'other', web, '/name', 'this policy is called "web", but the address says "other"'],
    ['a typing error', 'web', web.replace('select', 'slect'), '/slect', 'did you mean "select"?'],
    [
      'a machine in no ring',
      'web',
      web.replace('{name: rest}', '{name: rest, select: env = lab}'),
      '/rings',
      'no ring matches 1 of the selected machines (web-01)',
    ],
  ])('%s is refused and nothing is kept', async (_what, name, yaml, pointer, message) => {
    const before = await audit();
    const { status, body, type } = await http.call('PUT', `/api/v1/policies/${name}`, { body: { yaml } });
    expect([status, type]).toEqual([422, 'application/problem+json']);
    expect(body).toMatchObject({
      code: 'policy-invalid',
      errors: [{ pointer, message: expect.stringContaining(message) }],
    });
    expect(body.errors[0].message).toMatch(/^line \d+, column \d+: /);
    expect(await audit()).toEqual(before);
  });

  test.each([
    ['no text', {}],
    ['a number', { yaml: 3 }],
    ['too much', { yaml: '#'.repeat(100_001) }],
    ['more than a text', { yaml: web, name: 'x' }],
  ])('%s is an invalid request', async (_what, body) => {
    expect(await http.call('PUT', '/api/v1/policies/web', { body })).toMatchObject({
      status: 422,
      body: { code: 'invalid' },
    });
  });
});

describe('checking', () => {
  test('says what it would be and keeps nothing', async () => {
    const before = (await http.call('GET', '/api/v1/policies')).body.data.length;
    const yaml = 'kind: Policy\nname: night\nwindow: {tz: UTC, days: [tue, thu], start: "22:00", duration: 4h}\n';
    const { status, body } = await http.call('POST', '/api/v1/policies/check', { body: { yaml } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'night',
      asset_count: 3,
      sentence: expect.stringContaining('on Tuesday and Thursday from 22:00'),
    });
    expect(body.next_windows).toHaveLength(5);
    expect((await http.call('GET', '/api/v1/policies')).body.data).toHaveLength(before);
  });
});

describe('reading', () => {
  test('all, by pages, in order of name', async () => {
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await http.call('GET', `/api/v1/policies?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      names.push(...body.data.map(({ name }: { name: string }) => name));
      cursor = body.next_cursor;
    }
    expect(names).toEqual(['busy', 'standard', 'web']);
  });

  test.each(['nothing', '__proto__', "x'; DROP TABLE policy_version; --", '..%2f'])(
    'a policy "%s" that there is not',
    async (name) => {
      expect(await http.call('GET', `/api/v1/policies/${encodeURIComponent(name)}`)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    },
  );

  test('a cursor that was never given out', async () => {
    expect((await http.call('GET', '/api/v1/policies?cursor=AAAA')).status).toBe(422);
  });
});

describe('who may', () => {
  const requests = [
    ['GET', '/api/v1/policies', 'policies:read'],
    ['GET', '/api/v1/policies/standard', 'policies:read'],
    ['PUT', '/api/v1/policies/web', 'policies:write'],
    ['POST', '/api/v1/policies/check', 'policies:read'],
  ] as const;
  test.each(requests)('%s %s needs %s', async (method, url, permission) => {
    const body = method === 'GET' ? {} : { body: { yaml: web } };
    expect((await http.call(method, url, { ...body, as: null })).status).toBe(401);
    expect((await http.call(method, url, { ...body, as: ['self', 'kpis:read'] })).status).toBe(403);
    expect((await http.call(method, url, { ...body, as: [permission] })).status).toBe(200);
  });
});
