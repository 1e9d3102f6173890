import { accessEndpoints } from '@fleetmend/api/access.ts';
import { auditEndpoints } from '@fleetmend/api/audit.ts';
import { type Endpoint, PERMISSIONS } from '@fleetmend/api/endpoint.ts';
import { ROLE_PERMISSIONS } from '@fleetmend/domain/access/permissions.ts';
import { PERSON_ROLES, type PersonRole } from '@fleetmend/domain/access/trust-root.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, openTestApp, type TestApp } from './access-test-app.ts';

/** Requests that say nothing sensible: who may ask gets as far as being told so, who may not does not. */
const ENDPOINTS = Object.entries<Endpoint>({ ...accessEndpoints, ...auditEndpoints }).filter(
  ([name]) => name !== 'signOut',
);
const WITHOUT_SIGN_IN = ['openSignInLink', 'startPasskeySignIn', 'finishPasskeySignIn'];

let app: TestApp;
const browsers = new Map<PersonRole, Browser>();
beforeAll(async () => {
  app = await openTestApp();
  for (const role of PERSON_ROLES) browsers.set(role, await app.signIn(`The ${role}`, [role]));
});
afterAll(() => app.close());

function request(endpoint: Endpoint) {
  const headers: Record<string, string> = { 'idempotency-key': `k${Math.random()}`, 'if-match': '"x"' };
  const path = endpoint.path.replace(':id', 'nothing');
  return { method: endpoint.method as 'GET', path, headers, ...(endpoint.body ? { body: {} } : {}) };
}

/** Bodies are judged before permissions, so that a bad body says nothing about who may: 422 is told to everyone. */
const isLetIn = (status: number) => status !== 401 && status !== 403;

describe.each(ENDPOINTS)('%s', (name, endpoint) => {
  test('nobody', async () => {
    const { statusCode } = await app.ask(request(endpoint));
    expect(endpoint.permission === null).toBe(WITHOUT_SIGN_IN.includes(name));
    if (endpoint.permission !== null && !endpoint.body) expect(statusCode).toBe(401);
    if (endpoint.body) expect([401, 422]).toContain(statusCode);
  });

  test.each(PERSON_ROLES)('%s', async (role) => {
    if (endpoint.permission === null) return;
    const { permission } = endpoint;
    const answer = await browsers.get(role)?.ask(request(endpoint));
    const may = ROLE_PERMISSIONS[role].some((each) => each === permission);
    if (endpoint.body && answer?.statusCode === 422) return;
    expect(isLetIn(answer?.statusCode ?? 0)).toBe(may);
  });
});

describe('with a body that is right', () => {
  const BODIES = [
    ['POST', '/api/v1/people', { name: 'x', roles: ['viewer'] }, ['admin']],
    ['PUT', '/api/v1/trust-root/quorum', { quorum: 1 }, ['admin']],
    [
      'POST',
      '/api/v1/trust-root/signatures',
      { signature: { kind: 'ssh', key: '0'.repeat(64), signature: 'AA' } },
      ['approver'],
    ],
    ['POST', '/api/v1/tokens', { name: 'x' }, PERSON_ROLES],
  ] as const;
  const PAIRS = BODIES.flatMap((row) => PERSON_ROLES.map((role) => [...row, role] as const));

  test.each(PAIRS)('%s %s %j: of %j, asked by %s', async (method, path, body, allowed, role) => {
    const headers = { 'idempotency-key': `b${Math.random()}`, 'if-match': '"x"' };
    const answer = await browsers.get(role)?.ask({ method, path, body, headers });
    expect(isLetIn(answer?.statusCode ?? 0)).toBe((allowed as readonly string[]).includes(role));
  });
});

test('roles speak of permissions that the contract has', () => {
  const known: readonly string[] = PERMISSIONS;
  for (const role of PERSON_ROLES) expect(ROLE_PERMISSIONS[role].filter((each) => !known.includes(each))).toEqual([]);
});
