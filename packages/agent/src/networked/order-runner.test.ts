import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aChangeDocument, anOrder } from '../../../api/test/signed-order.ts';
import { apt } from '../package-managers/apt/apt.ts';
import { type AgentFolder, agentFolder } from './agent-folder.ts';
import type { ApplierClient } from './applier-client.ts';
import { startOrderRunner } from './order-runner.ts';
import { openOutbox } from './outbox.ts';

let folder: AgentFolder;
beforeEach(() => {
  folder = agentFolder(mkdtempSync(join(tmpdir(), 'fm-runner-')));
});
afterEach(() => rmSync(folder.path, { recursive: true, force: true }));

test('an order that is taken back while its files are fetched does not begin', async () => {
  let fetched = () => {};
  const fetching = new Promise<void>((resolve) => {
    fetched = resolve;
  });
  const ran: string[] = [];
  const applier: ApplierClient = {
    hello: async () => null,
    staleServices: async () => null,
    status: async () => ({ type: 'status', is_known: false }),
    verify: async () => ({ type: 'verdict', accepted: true, code: 'ok', detail: '' }),
    run: async ({ request }) => {
      ran.push(request.order.id);
      return { ended: false, problem: 'must not be asked' };
    },
  };
  const manager = {
    ...apt,
    fetchFiles: async () => {
      await fetching;
      return { files: new Map<string, string>(), error: null };
    },
  };
  const outbox = openOutbox(folder, () => new Date());
  const runner = startOrderRunner(folder, { asset: 'as_1', folder: folder.path, manager, applier, outbox }, () => {});
  const order = anOrder(aChangeDocument());
  runner.take(order);
  runner.withdraw('f'.repeat(64));
  runner.withdraw(order.id);
  fetched();
  await runner.idle();
  expect(outbox.result(order.id)).toMatchObject({ outcome: 'refused', code: 'withdrawn' });
  expect(ran).toEqual([]);
});
