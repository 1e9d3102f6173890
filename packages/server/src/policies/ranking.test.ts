import { FIRST_MODEL } from '@fleetmend/domain/policies/ranking-model.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestContext, type TestContext } from '../advisories/test-context.ts';
import { openTestHttp, type TestHttp } from '../platform/test-http.ts';
import { FIRST_YAML } from './first-ranking.ts';
import { readRankingWeights } from './put-ranking.ts';
import { registerRankingRoutes } from './ranking.routes.ts';

let context: TestContext;
let http: TestHttp;
beforeAll(async () => {
  context = await openTestContext();
  http = await openTestHttp(context.ctx, registerRankingRoutes);
});
afterAll(async () => {
  await http.close();
  await context.close();
});

const RANKING = '/api/v1/ranking';
const put = (yaml: string, version: number) => http.call('PUT', RANKING, { body: { yaml }, ifMatch: String(version) });

test('the text that a server begins with says what the program counts by', () => {
  expect(readRankingWeights(FIRST_YAML)).toEqual(FIRST_MODEL.weights);
  expect(readRankingWeights('kind: Ranking\n')).toEqual(FIRST_MODEL.weights);
});

describe('the ranking', () => {
  test('is the first version until somebody writes another, and every version stays', async () => {
    const first = await http.call('GET', RANKING);
    expect(first).toMatchObject({
      status: 200,
      body: { version: 1, yaml: FIRST_YAML, most_points: 100, written_by: null },
    });
    const yaml = 'kind: Ranking\nepss: 15\n';
    const second = await put(yaml, 1);
    expect(second).toMatchObject({
      status: 200,
      body: { version: 2, yaml, most_points: 95, written_by: 'Ada', weights: { epss: 15, impact: 10 } },
    });
    expect(await put(yaml, 2)).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await http.call('GET', `${RANKING}?version=1`)).toMatchObject({ body: { version: 1, yaml: FIRST_YAML } });
    const { body } = await http.call('GET', `${RANKING}/versions`);
    expect(body.data.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    const page = await http.call('GET', `${RANKING}/versions?limit=1`);
    const rest = await http.call('GET', `${RANKING}/versions?limit=1&cursor=${page.body.next_cursor}`);
    expect([page, rest].map(({ body }) => body.data.length)).toEqual([1, 1]);
    expect(rest.body.next_cursor).toBeNull();
    const { rows } = await sql<{
      verb: string;
      detail: { version: number };
    }>`SELECT verb, detail FROM audit_entry`.execute(context.ctx.db);
    expect(rows.map(({ verb, detail }) => [verb, detail.version])).toEqual([['ranking.edit', 2]]);
  });

  test('is not overwritten by whoever has read an older version, nor without saying which was read', async () => {
    expect(await put('kind: Ranking\n', 1)).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
    expect(await http.call('PUT', RANKING, { body: { yaml: 'kind: Ranking\n' } })).toMatchObject({ status: 428 });
  });

  test.each<[string, string, string]>([
    ['nothing', '', 'there is no ranking in this text'],
    ['another kind', 'kind: Policy\n', 'line 1, column 7: must be Ranking'],
    ['an unknown key', 'kind: Ranking\nepps: 3\n', 'line 2, column 1: unknown key "epps"; did you mean "epss"?'],
    ['a prototype', 'kind: Ranking\n__proto__: {epss: 3}\n', 'unknown key "__proto__"'],
    ['too many points', 'kind: Ranking\nepss: 21\n', '101 points, and 100 is the most'],
    ['a fraction', 'kind: Ranking\nepss: 1.5\n', 'line 2, column 7: must be a whole number'],
    ['less than nothing', 'kind: Ranking\nspread: -1\n', 'line 2, column 9: must be 0 or more'],
    ['a restart that raises', 'kind: Ranking\nreboot: 2\n', 'line 2, column 9: must be 0 or less'],
    [
      'a worse machine that gives less',
      'kind: Ranking\nexposure: {internal: 13}\n',
      'line 2, column 1: "internet" gives 12 points, less than "internal" (13)',
    ],
    ['no chance at all', 'kind: Ranking\npoc_from_epss: 0\n', 'poc_from_epss'],
  ])('refuses %s, and says where', async (_what, yaml, message) => {
    const answer = await put(yaml, 2);
    expect(answer).toMatchObject({ status: 422, body: { code: 'ranking-invalid' } });
    expect(JSON.stringify(answer.body.errors)).toContain(JSON.stringify(message).slice(1, -1));
    expect((await http.call('GET', RANKING)).body.version).toBe(2);
  });

  test('has no version that nobody wrote', async () => {
    expect(await http.call('GET', `${RANKING}?version=99`)).toMatchObject({ status: 404 });
    expect(await http.call('GET', `${RANKING}?version=0`)).toMatchObject({ status: 422 });
  });

  test.each([
    ['GET', RANKING, 'policies:read'],
    ['GET', `${RANKING}/versions`, 'policies:read'],
    ['PUT', RANKING, 'ranking:write'],
  ] as const)('%s %s needs %s', async (method, url, permission) => {
    const given = method === 'GET' ? {} : { body: { yaml: 'kind: Ranking\n' }, ifMatch: '2' };
    expect((await http.call(method, url, { ...given, as: null })).status).toBe(401);
    expect((await http.call(method, url, { ...given, as: ['self', 'policies:write'] })).status).toBe(403);
    expect((await http.call(method, url, { ...given, as: [permission] })).status).toBe(200);
  });
});
