import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckInRequest, HostState } from '@fleetmend/api/agent-protocol.ts';
import { stateDigest } from '@fleetmend/api/host-state.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { inventoryDigest } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { lineSplitter } from '../platform/ndjson.ts';
import { type AgentFolder, agentFolder } from './agent-folder.ts';
import { startAlarm } from './alarm.ts';
import { backoffSeconds } from './backoff.ts';
import type { Report } from './build-report.ts';
import { exchangeReports, inventoryChangeFor } from './exchange-reports.ts';
import { loadHostKey } from './identity.ts';
import { openOutbox } from './outbox.ts';
import { judgeReadings, probeGate, readUnitState } from './probe-gates.ts';
import { nextCheckIn } from './schedule.ts';
import { connectTo, readAnswer, type ServerClient } from './server-client.ts';
import { parseServerUrl } from './server-url.ts';

const ORDER = 'b'.repeat(64);
let folder: AgentFolder;
beforeEach(() => {
  folder = agentFolder(mkdtempSync(join(tmpdir(), 'fm-agent-')));
});
afterEach(() => rmSync(folder.path, { recursive: true, force: true }));

const result: OrderResult = {
  order: ORDER,
  outcome: 'succeeded',
  code: 'installed',
  detail: '',
  started_at: null,
  finished_at: '2026-11-01T00:00:00.000Z',
  boot_id: 'b',
  reboot_required: false,
  versions: {},
};

describe('the server address', () => {
  test.each([
    'https://fleet.example.org',
    'https://fleet.example.org:8443',
    'http://127.0.0.1:7070',
    'http://localhost:7070',
    'http://[::1]:1',
  ])('%s is taken', (text) => {
    expect(parseServerUrl(text)).toBe(text);
  });
  test.each([
    'http://fleet.example.org',
    'http://127.0.0.1.evil.example',
    'http://10.0.0.1',
    'ftp://x',
    'fleet',
    'https://u:p@x',
    'https://x/path',
    'https://x/?q',
    '',
  ])('%s is refused', (text) => {
    expect(() => parseServerUrl(text)).toThrow();
  });
});

describe('the host key', () => {
  test('is made once and only its owner can read it', () => {
    const key = loadHostKey(folder);
    expect(loadHostKey(folder).id).toBe(key.id);
    expect(statSync(folder.key).mode & 0o777).toBe(0o600);
  });
});

describe('the outbox', () => {
  const client = (status: number | null, seen: unknown[] = []): ServerClient => ({
    async post(_path, body, schema) {
      seen.push(body);
      return status === 200
        ? { ok: true, value: schema.parse({}) }
        : { ok: false, status, reason: 'x', retry_after_seconds: null };
    },
  });
  const open = () => openOutbox(folder, () => new Date('2026-11-01T00:00:00.000Z'));

  test('keeps everything until it is acknowledged, over restarts, in order and once', async () => {
    const outbox = open();
    outbox.accept(ORDER);
    outbox.accept(ORDER);
    outbox.log(ORDER, 'working', 4);
    expect(await outbox.flush(client(null))).toBe(false);
    expect(await outbox.flush(client(500))).toBe(false);
    const again = open();
    expect(again.nextLine(ORDER)).toBe(5);
    again.finish(result);
    again.finish({ ...result, outcome: 'failed' });
    again.log(ORDER, 'too late', 5);
    const seen: { events?: { type: string; sequence: number }[] }[] = [];
    expect(await again.flush(client(200, seen))).toBe(true);
    expect(seen.flatMap((body) => body.events ?? []).map(({ type, sequence }) => `${sequence} ${type}`)).toEqual([
      '0 accepted',
      '1 log',
      '2 result',
    ]);
    expect(again.isDelivered(ORDER)).toBe(true);
    expect(await open().flush(client(null))).toBe(true);
    expect(open().result(ORDER)).toEqual(result);
  });
  test('tells everything again when the server asks as if it had heard nothing', async () => {
    const outbox = open();
    outbox.finish(result);
    await outbox.flush(client(200));
    outbox.repeat(ORDER);
    const seen: unknown[] = [];
    await outbox.flush(client(200, seen));
    expect(seen).toHaveLength(1);
  });
  test('a line that a crash cut short is dropped and its number used again', () => {
    open().accept(ORDER);
    const path = join(folder.outbox, `${ORDER}.ndjson`);
    const whole = readFileSync(path, 'utf8');
    appendFileSync(path, '{"event":{"type":"lo');
    open().log(ORDER, 'next', null);
    expect(readFileSync(path, 'utf8').startsWith(whole)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain('"sequence":1');
  });
  test('an order the server does not know does not hold up the others', async () => {
    const outbox = open();
    outbox.finish(result);
    expect(await outbox.flush(client(404))).toBe(true);
  });
});

describe('inventory reports', () => {
  const digest = (lines: string[]) => inventoryDigest(lines, nodeCryptography.sha256);
  const [before, after] = [
    ['a', 'b'],
    ['b', 'c'],
  ];
  test('a delta only against exactly what the server holds', () => {
    const known = { digest: digest(before), lines: before };
    expect(inventoryChangeFor(after, { base: digest(before), known })).toEqual({
      base: digest(before),
      added: ['c'],
      removed: [0],
    });
    for (const held of [
      { base: null, known },
      { base: digest(['z']), known },
      { base: digest(before), known: null },
      { base: digest(before), known: 'junk' },
    ]) {
      expect(inventoryChangeFor(after, held)).toEqual({ base: null, added: after, removed: [] });
    }
  });
});

describe('a check-in', () => {
  const state: HostState = {
    inventory_digest: 'd'.repeat(64),
    updates_digest: null,
    facts_digest: 'f'.repeat(64),
    boot_id: 'b',
    root_version: 0,
    roots_held: 0,
    check_in_seconds: 10,
  };
  const said = { report: { lines: ['b', 'c'], inventory_digest: 'd'.repeat(64) } as Report, state, orders: [] };
  const wants = { state: false, inventory: null, updates: false, facts: false };
  const answering = (seen: CheckInRequest[], answers: (object | number | null)[]): ServerClient => ({
    async post(_path, body, schema) {
      seen.push(body as CheckInRequest);
      const next = answers.shift() ?? null;
      return typeof next === 'number'
        ? { ok: false, status: next, reason: 'x', retry_after_seconds: null }
        : { ok: true, value: schema.parse(next === null ? null : { ...QUIET, wants: { ...wants, ...next } }) };
    },
  });
  const QUIET = {
    held: null,
    roots: [],
    plans: [],
    orders: [],
    withdrawn: [],
    check_in_seconds: 10,
    phase_seconds: 0,
    come_back_soon: false,
  };

  test('of a machine that the server knows is one digest', async () => {
    const seen: CheckInRequest[] = [];
    expect(await exchangeReports(answering(seen, [null]), folder, said, state)).toMatchObject({ held: state });
    expect(seen).toEqual([{ state: stateDigest(state) }]);
  });

  test('says what is new and brings it along; a delta the server cannot use is followed by the whole', async () => {
    const before = { ...state, inventory_digest: 'e'.repeat(64) };
    writeFileSync(folder.reported, JSON.stringify({ digest: 'e'.repeat(64), lines: ['a', 'b'] }));
    const seen: CheckInRequest[] = [];
    expect(await exchangeReports(answering(seen, [409, 500]), folder, said, before)).toMatchObject({ held: null });
    expect(readFileSync(folder.reported, 'utf8')).toContain('"a"');
    expect(await exchangeReports(answering(seen, [409, null]), folder, said, before)).toMatchObject({ held: state });
    const delta = { base: 'e'.repeat(64), added: ['c'], removed: [0] };
    const whole = { base: null, added: ['b', 'c'], removed: [] };
    const request = { was: stateDigest(before), now: { inventory_digest: 'd'.repeat(64) } };
    expect(seen).toEqual([delta, whole, delta, whole].map((inventory) => ({ ...request, inventory })));
    expect(JSON.parse(readFileSync(folder.reported, 'utf8'))).toEqual({ digest: 'd'.repeat(64), lines: ['b', 'c'] });
  });

  test('a server that has forgotten is told all, and one that asks for ever is left for later', async () => {
    const seen: CheckInRequest[] = [];
    const inventory = { base: null };
    await exchangeReports(answering(seen, [{ state: true }, { inventory }, null]), folder, said, state);
    expect(seen.map((request) => ('was' in request ? [request.was, request.inventory?.added] : null))).toEqual([
      null,
      [null, undefined],
      [null, ['b', 'c']],
    ]);
    const endless = answering(
      [],
      Array.from({ length: 20 }, () => ({ inventory })),
    );
    expect((await exchangeReports(endless, folder, said, null)).failure?.reason).toContain('keeps asking');
  });
});

describe('waiting', () => {
  test('doubles to five minutes, spread by half', () => {
    expect([1, 2, 3, 9, 10, 1000].map((failures) => backoffSeconds(failures, 0.5))).toEqual([1, 2, 4, 256, 300, 300]);
    expect(backoffSeconds(3, 0)).toBe(2);
    expect(backoffSeconds(3, 0.999)).toBeLessThan(6);
  });
  test('check-ins keep to their place in the interval', () => {
    const schedule = { check_in_seconds: 300, phase_seconds: 7 };
    expect(nextCheckIn(0, schedule)).toBe(7000);
    expect(nextCheckIn(7000, schedule)).toBe(307_000);
    expect(nextCheckIn(299_999, schedule)).toBe(307_000);
    expect(nextCheckIn(1000, { check_in_seconds: 0.3, phase_seconds: 0 })).toBeCloseTo(1200, 3);
  });
  test('an alarm that rang before cuts the next sleep short', async () => {
    const alarm = startAlarm();
    alarm.ring();
    await alarm.sleep(60);
    setTimeout(alarm.ring, 20);
    await alarm.sleep(60);
  });
});

describe('answers of a server', () => {
  let server: Server;
  let reply: { status: number; body: string };
  let url: string;
  beforeEach(async () => {
    server = createServer((_request, response) =>
      response.writeHead(reply.status, { location: 'http://127.0.0.1:1/' }).end(reply.body),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));
  const ask = () => {
    const sent = connectTo(url)({ path: '/', headers: {}, body: Buffer.from('{}'), timeout_seconds: 5 });
    return readAnswer(sent, z.object({ n: z.number() }));
  };

  test.each([
    ['not JSON', 200, '<html>'],
    ['the wrong shape', 200, '{"n":"1"}'],
    ['a redirect', 302, ''],
    ['an error page', 502, '<html>'],
    ['null', 200, 'null'],
    ['a problem', 409, '{"title":"No","detail":"Not now\\u001b[2J"}'],
  ])('%s is a failure in words and never a throw', async (_, status, body) => {
    reply = { status, body };
    const answer = await ask();
    expect(answer.ok).toBe(false);
    if (!answer.ok) expect(answer.reason).toMatch(/^[\x20-\x7e’]+$/);
  });
  test('a good answer is read', async () => {
    reply = { status: 200, body: '{"n":1,"more":true}' };
    expect(await ask()).toEqual({ ok: true, value: { n: 1 } });
  });
  test('gates tell wrong status, no service and no answer apart', async () => {
    reply = { status: 204, body: '' };
    expect(await probeGate({ kind: 'http', url, expect_status: 204 }, 0)).toMatchObject({ verdict: 'passed' });
    expect(await probeGate({ kind: 'http', url, expect_status: 200 }, 0)).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('answered 204, expected 200'),
    });
    expect(await probeGate({ kind: 'http', url: 'http://127.0.0.1:1/', expect_status: 200 }, 0)).toMatchObject({
      verdict: 'failed',
    });
    expect(await probeGate({ kind: 'http', url: 'http://no-such-host.invalid/', expect_status: 200 }, 0)).toMatchObject(
      { verdict: 'inconclusive' },
    );
  });
});

describe('gate verdicts', () => {
  test('systemd states', () => {
    expect(['active', 'failed', 'inactive', 'activating', 'reloading', ''].map(readUnitState)).toEqual([
      'passed',
      'failed',
      'failed',
      'inconclusive',
      'inconclusive',
      'inconclusive',
    ]);
  });
  test('one failure fails, else one unknown leaves it open', () => {
    const reading = (verdict: 'passed' | 'failed' | 'inconclusive') => ({ verdict, detail: verdict });
    expect(judgeReadings([reading('passed'), reading('inconclusive'), reading('failed')]).verdict).toBe('failed');
    expect(judgeReadings([reading('passed'), reading('inconclusive')]).verdict).toBe('inconclusive');
    expect(judgeReadings([reading('passed')]).verdict).toBe('passed');
    expect(judgeReadings([])).toEqual({ verdict: 'passed', detail: 'the change has no gate to measure' });
  });
});

describe('text and frames', () => {
  test('escapes, bells and newlines never get through', () => {
    expect(hostLine('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007plain\r\n\tnext\u0000')).toBe('red plain next');
    expect(hostLine('x'.repeat(5000))).toHaveLength(4000);
  });
  test('lines come whole however they are cut, and an endless one is stopped', () => {
    const lines: string[] = [];
    const take = lineSplitter((line) => lines.push(line), 100);
    for (const byte of Buffer.from('{"a":"é"}\n\n{"b"')) take(Buffer.from([byte]));
    take(Buffer.from(':1}\nrest'));
    expect(lines).toEqual(['{"a":"é"}', '', '{"b":1}']);
    expect(() => take(Buffer.alloc(101, 65))).toThrow(RangeError);
  });
  test('a key file of another kind is an error, not a new identity', () => {
    writeFileSync(folder.key, 'junk');
    expect(() => loadHostKey(folder)).toThrow();
  });
});
