import { generateKeyPairSync } from 'node:crypto';
import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../test/test-server.ts';

let fleet: TestServer;
beforeAll(async () => {
  fleet = await startTestServer();
});
afterAll(() => fleet.close());

test('a key that is enrolled already is refused in words when it comes with another code, and the code stays good', async () => {
  const newPublicKey = () =>
    generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  const enrol = (code: string, public_key: string) =>
    fetch(`${fleet.url}${AGENT_PATHS.enrol}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, public_key, hostname: 'web-1', machine_id: 'm' }),
    });
  const key = newPublicKey();
  expect((await enrol(await fleet.server.enrolmentCode(), key)).status).toBe(200);
  const second = await fleet.server.enrolmentCode();
  const again = await enrol(second, key);
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ detail: expect.stringContaining('web-1') as string });
  expect((await enrol(second, newPublicKey())).status).toBe(200);
});
