import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerSlowly } from './answer-slowly.ts';

const app = fastify({ forceCloseConnections: true });
let url: string;

beforeAll(async () => {
  const later = () => new Promise((resolve) => setTimeout(resolve, 200));
  app.get('/slow', (_, reply) => answerSlowly(reply, () => later().then(() => ({ loaded: 3 })), 20));
  app.get('/broken', (_, reply) => answerSlowly(reply, () => later().then(() => Promise.reject(new Error('no'))), 20));
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

test('an answer that takes its time begins at once, and is JSON', async () => {
  const started = performance.now();
  const response = await fetch(`${url}/slow`);
  expect([response.status, performance.now() - started < 150]).toEqual([200, true]);
  const text = await response.text();
  expect(text).toMatch(/^ {3,}\{/);
  expect(JSON.parse(text)).toEqual({ loaded: 3 });
});

test('one that fails later breaks off, so that nobody takes it for whole', async () => {
  const response = await fetch(`${url}/broken`);
  await expect(response.text()).rejects.toThrow();
  expect((await fetch(`${url}/slow`)).status).toBe(200);
});
