import { EventEmitter } from 'node:events';
import { get } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bindEvents } from './bind-events.ts';
import type { Db } from './database.ts';
import { openHttp } from './http.ts';
import { openLog } from './log.ts';

/** A server with one stream whose readings the test lets go one by one. */
async function startStream() {
  const woken = new EventEmitter();
  const readings: ((value: unknown) => void)[] = [];
  const log = openLog('fatal');
  const app = await openHttp(log);
  const services = {
    db: {} as Db,
    log,
    settings: { origin: '', rp_id: '', data_dir: '', check_in_seconds: 1, webhook_allow: [] },
    listener: {
      on: (subject: string, callback: (rest: string | null) => void) => {
        woken.on(subject, callback);
        return () => woken.off(subject, callback);
      },
      close: async () => undefined,
    },
    authenticate: async () => ({
      kind: 'person' as const,
      person: 'p',
      name: 'Ada',
      label: 'Ada',
      permissions: new Set(['rollouts:read'] as const),
      token: null,
    }),
  };
  bindEvents(app, services, 'watchRollout', {
    subject: () => 'rollout:RO-1',
    read: () => new Promise((resolve) => readings.push(resolve as (value: unknown) => void)),
  });
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/api/v1/rollouts/RO-1/events`;
  return { app, url, woken, readings };
}

let stream: Awaited<ReturnType<typeof startStream>>;
beforeEach(async () => {
  stream = await startStream();
});
afterEach(async () => {
  stream.app.server.closeAllConnections();
  await stream.app.close();
});

test('who goes away before the first answer leaves no listener behind', async () => {
  const request = get(stream.url);
  request.on('error', () => undefined);
  await expect.poll(() => stream.readings.length).toBe(1);
  request.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  stream.readings[0]?.({});
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(stream.woken.listenerCount('rollout:RO-1')).toBe(0);
});

test('what happens during the first reading is sent, and many wakes are one reading', async () => {
  let text = '';
  const request = get(stream.url, (response) => response.on('data', (piece: Buffer) => (text += piece.toString())));
  request.on('error', () => undefined);
  await expect.poll(() => stream.readings.length).toBe(1);
  for (let each = 0; each < 100; each++) stream.woken.emit('rollout:RO-1');
  stream.readings[0]?.('before');
  await expect.poll(() => stream.readings.length).toBe(2);
  stream.readings[1]?.('after');
  await expect.poll(() => text).toBe('data: "before"\n\ndata: "after"\n\n');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(stream.readings.length).toBe(2);
  request.destroy();
  await expect.poll(() => stream.woken.listenerCount('rollout:RO-1')).toBe(0);
});
