import { contract } from '@fleetmend/api/contract.ts';
import { problems } from '@fleetmend/api/problems.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../test/test-server.ts';

let fleet: TestServer;
beforeAll(async () => {
  fleet = await startTestServer();
});
afterAll(() => fleet.close());

interface OpenApi {
  openapi: string;
  paths: Record<
    string,
    Record<string, { operationId: string; requestBody?: object; responses: Record<string, object> }>
  >;
}

describe('the OpenAPI document', () => {
  test('is 3.1 and holds every endpoint of the contract, and no other', async () => {
    const document = (await (await fetch(`${fleet.url}/api/openapi.json`)).json()) as OpenApi;
    expect(document.openapi).toBe('3.1.0');
    const found = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [operationId, `${method.toUpperCase()} ${path}`]),
    );
    const wanted = Object.entries(contract).map(([name, { method, path }]) => [
      name,
      `${method} ${path.replace(/:([a-z_]+)/g, '{$1}')}`,
    ]);
    expect(found.sort()).toEqual(wanted.sort());
  });

  test('an address that does not exist is a problem, whose type this server explains', async () => {
    const answer = await fetch(`${fleet.url}/api/v1/nonsense`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await answer.json()) as { type: string; code: string };
    expect(problem).toMatchObject({ type: '/api/problems#not-found', code: 'not-found' });
    expect(await (await fetch(new URL(problem.type, fleet.url))).json()).toEqual(problems);
  });

  test('who is not signed in learns nothing of what a good request looks like', async () => {
    const answer = await fetch(`${fleet.url}/api/v1/changes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"nonsense":1}',
    });
    expect(answer.status).toBe(401);
  });
});
