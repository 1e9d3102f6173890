import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import { AGENT_PATHS, enrolResponse, MAX_PACKAGES } from '@fleetmend/api/agent-protocol.ts';
import { type HostEnd, hostClient, type SendToServer } from '@fleetmend/api/host-client.ts';
import { requestMac, writeClaim } from '@fleetmend/api/host-session.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anUpdate, aPackage, enrolTestHost, sendTo, speakAs, type TestHost } from '../../test/test-host.ts';
import { startTestServer, type TestServer } from '../../test/test-server.ts';
import { first } from '../platform/database.ts';

let fleet: TestServer;
let next = 0;
beforeAll(async () => {
  fleet = await startTestServer();
});
afterAll(() => fleet.close());

async function aHost(): Promise<TestHost> {
  next += 1;
  const host = await enrolTestHost(fleet, `session-${next}`);
  host.software = [aPackage('bash', '5.2.15-2')];
  await host.report();
  return host;
}

const asset = (host: TestHost) => fleet.admin('readAsset', { params: { id: host.asset } });
const isCloned = async (host: TestHost) =>
  (
    await first(
      fleet.db,
      sql<{ at: string | null }>`SELECT cloned_at AS at FROM inventory_asset WHERE id = ${host.asset}`,
    )
  )?.at !== null;

/** The host's own end with a transport that does as the test says. */
function endOf(host: TestHost, send: SendToServer): HostEnd {
  return { ...host.identity, send, save: (session) => Object.assign(host.identity, { session }) };
}

describe('the ratchet', () => {
  test('a lost answer is no clone, however often it is lost', async () => {
    const host = await aHost();
    const send = sendTo(fleet.url);
    let losing = 0;
    const client = hostClient(
      endOf(host, async (request) => {
        const reply = await send(request);
        if (request.path === AGENT_PATHS.checkIn && losing-- > 0) throw new Error('the connection was reset');
        return reply;
      }),
    );
    for (const times of [1, 2]) {
      losing = times;
      for (let i = 0; i < times; i++)
        await expect(client.post(AGENT_PATHS.checkIn, { state: 'x'.repeat(22) }, { turns: true })).rejects.toThrow(
          'reset',
        );
      losing = 0;
      expect((await client.post(AGENT_PATHS.checkIn, { state: 'x'.repeat(22) }, { turns: true })).status).toBe(200);
    }
    expect(await isCloned(host)).toBe(false);
  });

  test('a lost answer to the opening is no clone', async () => {
    const host = await aHost();
    const send = sendTo(fleet.url);
    let losing = true;
    host.identity.session = null;
    const fresh = await enrolTestHost(fleet, 'loses-its-opening');
    const client = hostClient(
      endOf(fresh, async (request) => {
        const reply = await send(request);
        if (losing && reply.status === 200) {
          losing = false;
          throw new Error('the connection was reset');
        }
        return reply;
      }),
    );
    await expect(client.post(AGENT_PATHS.wait, { no: 'such field' })).rejects.toThrow('reset');
    expect((await client.post(AGENT_PATHS.wait, { no: 'such field' })).status).toBe(422);
    expect(await isCloned(fresh)).toBe(false);
  });

  test('two holders of one key are both held, whoever comes first, and neither is told to be well', async () => {
    for (const copyFirst of [true, false]) {
      const host = await aHost();
      const copy = speakAs(fleet.url, { ...host.identity }, 'copy');
      const [one, two] = copyFirst ? [copy, host] : [host, copy];
      expect(await one.report()).toMatchObject({ held: null });
      await two.report();
      expect(await one.report()).toMatchObject({ held: 'cloned', orders: [], plans: [] });
      expect(await two.report()).toMatchObject({ held: 'cloned' });
      expect(await asset(host)).toMatchObject({
        liveness: 'cloned',
        state: 'unknown',
        blocked_by: [{ text: expect.stringContaining('Two machines use the key') as string }],
      });
      const before = (await asset(host)).inventory_digest;
      two.software = [aPackage('bash', '9-9')];
      await two.report();
      expect((await asset(host)).inventory_digest).toBe(before);
      const { data } = await fleet.admin('listAssetTimeline', { params: { id: host.asset }, query: {} });
      expect(data.filter(({ kind }) => kind === 'cloned')).toHaveLength(1);
    }
  });

  test('what was sent before, or is held back and sent later, moves nothing and accuses nobody', async () => {
    const host = await aHost();
    const sent: Parameters<SendToServer>[0][] = [];
    const send = sendTo(fleet.url);
    const client = hostClient(
      endOf(host, (request) => {
        sent.push(request);
        return send(request);
      }),
    );
    for (let i = 0; i < 4; i++) await client.post(AGENT_PATHS.checkIn, { state: 'x'.repeat(22) }, { turns: true });
    host.identity.session = { key: createSecretKey(Buffer.alloc(32)), step: 1, link: 'x'.repeat(22) };
    for (const request of [...sent.reverse(), ...sent]) expect((await send(request)).status).toBe(401);
    expect((await client.post(AGENT_PATHS.checkIn, { state: 'x'.repeat(22) }, { turns: true })).status).toBe(200);
    expect(await isCloned(host)).toBe(false);
  });

  test('a forged, altered or redirected request is refused', async () => {
    const [host, other] = [await aHost(), await aHost()];
    const { session } = host.identity;
    if (session === null) throw new Error('no session');
    const body = Buffer.from('{"state":"aaaaaaaaaaaaaaaaaaaaaa"}');
    const mac = requestMac(session, { path: AGENT_PATHS.checkIn, body });
    const send = (change: { asset?: string; step?: number; mac?: string; path?: string; body?: Buffer }) =>
      sendTo(fleet.url)({
        path: change.path ?? AGENT_PATHS.checkIn,
        headers: { authorization: writeClaim({ asset: host.asset, step: session.step, mac, ...change }) },
        body: change.body ?? body,
        timeout_seconds: 5,
      });
    for (const change of [
      { asset: other.asset },
      { asset: 'host_nobody' },
      { step: session.step + 1 },
      { step: session.step - 1 },
      { mac: 'A'.repeat(22) },
      { path: AGENT_PATHS.wait },
      { body: Buffer.from('{"state":"bbbbbbbbbbbbbbbbbbbbbb"}') },
    ])
      expect((await send(change)).status, JSON.stringify(change)).toBe(401);
    expect((await send({})).status).toBe(200);
    expect(await isCloned(host)).toBe(false);
  });

  test('another process, and one after a restart, go on with the session', async () => {
    const host = await aHost();
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const second = await fleet.another();
    const there = speakAs(second.url, host.identity, 'session-there');
    Object.assign(there, { software: host.software, facts: host.facts });
    let openings = 0;
    const client = hostClient({
      ...host.identity,
      send: (request) => {
        if (request.path === AGENT_PATHS.session) openings++;
        return sendTo(second.url)(request);
      },
      save: (session) => Object.assign(host.identity, { session }),
    });
    expect((await client.post(AGENT_PATHS.checkIn, { state: 'x'.repeat(22) }, { turns: true })).status).toBe(200);
    expect(openings).toBe(0);
    // Back at once, before the other has written its turn: an opening settles it, and nobody is a clone.
    const here = speakAs(fleet.url, { ...host.identity }, 'here');
    Object.assign(here, { software: host.software, facts: host.facts });
    await here.report();
    await second.close();
    expect(await isCloned(host)).toBe(false);
  });
});

describe('a check-in', () => {
  test('of an unchanged machine is 204, and is heard of', async () => {
    const host = await aHost();
    const heard = (await asset(host)).last_check_in_at ?? '';
    expect((await host.post(AGENT_PATHS.checkIn, { state: 'x'.repeat(22) })).body).toMatchObject({
      wants: { state: true },
    });
    await host.report();
    await expect.poll(async () => (await asset(host)).last_check_in_at ?? '', { timeout: 5000 }).not.toBe(heard);
  });

  test('a delta that does not add up is refused, and nothing is stored', async () => {
    const host = await aHost();
    const held = (await asset(host)).inventory_digest;
    const line = 'deb\tbash\t1\tamd64\tbash\t1';
    const lie = (inventory: object) =>
      host.post(AGENT_PATHS.checkIn, {
        was: null,
        now: { facts_digest: 'a'.repeat(64), inventory_digest: 'f'.repeat(64) },
        inventory,
      });
    expect(await lie({ base: null, added: [line], removed: [] })).toMatchObject({ status: 409 });
    expect(await lie({ base: 'e'.repeat(64), added: [line], removed: [] })).toMatchObject({ status: 409 });
    expect(await lie({ base: held, added: [], removed: [0] })).toMatchObject({ status: 409 });
    expect(await lie({ base: held, added: ['deb\tbash\t1'], removed: [] })).toMatchObject({ status: 422 });
    expect(await asset(host)).toMatchObject({ inventory_digest: held, package_count: 1 });
  });

  test('sets that are near each other are stored as differences and read the same', async () => {
    const many = Array.from({ length: 50 }, (_, at) => aPackage(`lib-${at}`, '1-1'));
    const [whole, near] = [await aHost(), await aHost()];
    whole.software = many;
    await whole.report();
    near.software = [...many.slice(3), aPackage('lib-new', '2-1')];
    await near.report();
    const stored = await first(
      fleet.db,
      sql<{
        base: Buffer | null;
        added: number;
        left_out: number;
      }>`SELECT base, cardinality(software_ids) AS added, cardinality(without) AS left_out
        FROM inventory_set JOIN inventory_asset ON set_digest = digest WHERE id = ${near.asset}`,
    );
    expect(stored).toMatchObject({ base: expect.any(Buffer) as Buffer, added: 1, left_out: 3 });
    const { data } = await fleet.admin('listAssetSoftware', { params: { id: near.asset }, query: { limit: 200 } });
    expect(data.map(({ name }) => name).sort()).toEqual(near.software.map(({ name }) => name).sort());
  });

  test('a waiting host is woken by what comes for it, and not by what comes for others', async () => {
    const [host, other] = [await aHost(), await aHost()];
    for (const each of [host, other]) await each.report();
    let isOtherWoken = false;
    const waiting = host.post(AGENT_PATHS.wait, {});
    void other.post(AGENT_PATHS.wait, {}).then(
      () => {
        isOtherWoken = true;
      },
      () => undefined,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    await sql`SELECT pg_notify('fleetmend', ${`host:${host.asset}`})`.execute(fleet.db);
    expect((await waiting).status).toBe(200);
    expect(isOtherWoken).toBe(false);
  });
});

describe('what a hostile host sends', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, at) => `deb\tp${at}\t1\tall\tp${at}\t1`);
  const whole = { facts_digest: 'a'.repeat(64), inventory_digest: 'f'.repeat(64) };

  test.each([
    ['more packages than any machine has', { base: null, added: lines(MAX_PACKAGES + 1), removed: [] }],
    [
      'a million places to remove',
      { base: null, added: [], removed: Array.from({ length: 1_000_000 }, (_, at) => at) },
    ],
    ['a name that drives a terminal', { base: null, added: ['deb\t\u001b[2J\t1\tall\tp\t1'], removed: [] }],
    ['a NUL, which no text column takes', { base: null, added: ['deb\ta\u0000b\t1\tall\tp\t1'], removed: [] }],
    ['a negative place', { base: null, added: [], removed: [-1] }],
    // A million places take this side of the wire long to pack; the refusal itself is quick.
  ])('%s is refused', { timeout: 180_000 }, async (_what, inventory) => {
    const host = await aHost();
    const { status } = await host.post(AGENT_PATHS.checkIn, { was: null, now: whole, inventory });
    expect([413, 422]).toContain(status);
    expect((await asset(host)).package_count).toBe(1);
  });

  test('a bomb and a body that is no brotli are refused, and fast', async () => {
    const host = await aHost();
    const { session } = host.identity;
    if (session === null) throw new Error('no session');
    for (const [body, status] of [
      [brotliCompressSync(Buffer.alloc(64 * 1024 * 1024)), 413],
      [Buffer.from('not brotli'), 422],
    ] as const) {
      const used = host.identity.session ?? session;
      const mac = requestMac(used, { path: AGENT_PATHS.wait, body });
      const headers = {
        'content-encoding': 'br',
        authorization: writeClaim({ asset: host.asset, step: used.step, mac }),
      };
      const began = performance.now();
      expect((await sendTo(fleet.url)({ path: AGENT_PATHS.wait, headers, body, timeout_seconds: 5 })).status).toBe(
        status,
      );
      expect(performance.now() - began).toBeLessThan(2000);
    }
  });

  test('bombs use up what a host may bring in a day, however small they are on the wire', async () => {
    const host = await aHost();
    const body = brotliCompressSync(Buffer.alloc(9 * 1024 * 1024));
    const statuses: number[] = [];
    for (let i = 0; i < 10; i++) {
      const used = host.identity.session;
      if (used === null) throw new Error('no session');
      const mac = requestMac(used, { path: AGENT_PATHS.wait, body });
      const authorization = writeClaim({ asset: host.asset, step: used.step, mac });
      const headers = { 'content-encoding': 'br', authorization };
      statuses.push((await sendTo(fleet.url)({ path: AGENT_PATHS.wait, headers, body, timeout_seconds: 5 })).status);
    }
    expect(new Set(statuses.slice(0, 7))).toEqual(new Set([413]));
    expect(statuses.at(-1)).toBe(429);
  });

  test('`__proto__` as a package or a key changes nothing', async () => {
    const host = await aHost();
    host.software = [aPackage('__proto__', '1-1'), aPackage('constructor', '1-1')];
    host.updates = [anUpdate('__proto__', '1-1', '1-2')];
    await host.report();
    expect(await asset(host)).toMatchObject({ package_count: 2 });
    const sent = JSON.parse('{"state":"aaaaaaaaaaaaaaaaaaaaaa","__proto__":{"was":null}}') as object;
    expect((await host.post(AGENT_PATHS.checkIn, sent)).status).toBe(200);
    expect(({} as { was?: unknown }).was).toBeUndefined();
  });

  test('one code used a hundred times at once enrols one machine', async () => {
    const code = await fleet.server.enrolmentCode();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => {
        const public_key = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
        return fetch(`${fleet.url}${AGENT_PATHS.enrol}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            code,
            public_key: public_key.toString('base64url'),
            hostname: `race-${at}`,
            machine_id: `m${at}`,
          }),
        });
      }),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(99);
    const one = answers.find(({ status }) => status === 200);
    expect(enrolResponse.parse(await one?.json()).server_key).toHaveLength(43);
  });
});

test('a server that ends does not wait for those who wait', async () => {
  const host = await aHost();
  const second = await fleet.another();
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const there = speakAs(second.url, { ...host.identity }, 'waits');
  const waiting = there.post(AGENT_PATHS.wait, {}).catch(() => null);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const began = performance.now();
  await second.close();
  await waiting;
  expect(performance.now() - began).toBeLessThan(5000);
});
