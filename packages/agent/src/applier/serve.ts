import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { findStaleServices } from '../facts/stale-services.ts';
import { readTextIfThere } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import { lineSplitter } from '../platform/ndjson.ts';
import { judgeOrder, type Means } from './judge-order.ts';
import { followLog, type OrderQueue } from './order-queue.ts';
import { type ApplierAnswer, type ApplierRequest, applierRequest, MAX_FRAME_BYTES } from './socket-protocol.ts';
import { bind, followOffered } from './trust.ts';

type Run = Extract<ApplierRequest, { type: 'run' }>;

function groupId(name: string): number | null {
  const line = (readTextIfThere('/etc/group') ?? '').split('\n').find((entry) => entry.startsWith(`${name}:`));
  return line === undefined ? null : Number(line.split(':')[2]);
}

/** Listens on a socket that root and the `fleetmend` group can open, and nobody else. */
export async function serveApplier(means: Means, queue: OrderQueue, socketPath: string): Promise<Server> {
  const folder = dirname(socketPath);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o755 });
  rmSync(socketPath, { force: true });
  const server = createServer((socket) => serveConnection(means, queue, socket));
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
  } finally {
    process.umask(umask);
  }
  const group = groupId('fleetmend');
  if (group !== null) chownSync(socketPath, 0, group);
  chmodSync(socketPath, 0o660);
  return server;
}

function serveConnection(means: Means, queue: OrderQueue, socket: Socket): void {
  const send = (answer: ApplierAnswer) => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
  };
  const fail = (error: unknown) => {
    log('a request on the socket failed', { error: error instanceof Error ? error.message : String(error) });
    send({ type: 'problem', text: error instanceof Error ? error.message : 'unknown error' });
  };
  const onLine = (line: string) => {
    try {
      const request = applierRequest.parse(JSON.parse(line));
      answer(means, queue, { request, send }).catch(fail);
    } catch (error) {
      fail(error);
    }
  };
  const take = lineSplitter(onLine, MAX_FRAME_BYTES);
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    try {
      take(chunk);
    } catch (error) {
      fail(error);
      socket.destroy();
    }
  });
}

async function answer(
  means: Means,
  queue: OrderQueue,
  { request, send }: { request: ApplierRequest; send: (answer: ApplierAnswer) => void },
) {
  if (request.type === 'stale-services') return send({ type: 'stale-services', services: findStaleServices() });
  if (request.type === 'status') return send({ type: 'status', is_known: queue.isKnown(request.order) });
  if (request.type === 'run') return answerRun(means, queue, { request, send });
  if (request.type === 'verify') {
    const judgement = await judgeOrder(means, request.order, request.waited_seconds);
    const words = judgement.accepted
      ? { code: 'accepted', detail: '' }
      : { code: judgement.code, detail: judgement.detail };
    return send({ type: 'verdict', accepted: judgement.accepted, ...words });
  }
  const { asset, organization, key, roots, successions } = request;
  const problem = bind(means.folder, { asset, organization, key }, successions);
  const trust = followOffered(means.folder, roots);
  send({
    type: 'hello',
    pinned: trust.pinned,
    root_version: trust.root?.version ?? null,
    root_digest: trust.digest,
    problem: problem ?? trust.refused,
  });
}

async function answerRun(
  means: Means,
  queue: OrderQueue,
  { request, send }: { request: Run; send: (answer: ApplierAnswer) => void },
) {
  const { order, waited_seconds, files, from_line } = request;
  if (queue.isKnown(order.id)) send({ type: 'accepted' });
  const stop = followLog(means, order.id, { fromLine: from_line, onLine: (line) => send({ type: 'log', ...line }) });
  try {
    const result = await queue.submit({ order, waited_seconds, files, onAccepted: () => send({ type: 'accepted' }) });
    stop();
    if (result !== null) send({ type: 'result', result });
  } catch (error) {
    stop();
    throw error;
  }
}
