import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_PATHS, type OrderEvents, orderEvents } from '@fleetmend/api/agent-protocol.ts';
import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { z } from 'zod';
import { appendDurably, readTextIfThere, writeDurably } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import { parseLines } from '../platform/ndjson.ts';
import type { AgentFolder } from './agent-folder.ts';
import type { ServerClient } from './server-client.ts';

type Event = OrderEvents['events'][number];
const KEEP_DAYS = 14;
const PER_REQUEST = 500;

const entry = z.object({ event: orderEvents.shape.events.element, line: z.int().nullable() });
type Entry = z.infer<typeof entry>;

interface Box {
  entries: Entry[];
  acknowledged: number;
}

/** What is to be told about orders, kept on disk until the server has said that it has it. */
export interface Outbox {
  accept(order: string): void;
  /** `line`: the number of the line in the root half's log, so that none is asked for twice; null for our own remarks. */
  log(order: string, text: string, line: number | null): void;
  finish(result: OrderResult): void;
  result(order: string): OrderResult | null;
  isAccepted(order: string): boolean;
  nextLine(order: string): number;
  /** Everything about an order again, because the server asked as if it had heard nothing. */
  repeat(order: string): void;
  /** Sends what is not acknowledged; false when the server could not take it now. */
  flush(client: ServerClient): Promise<boolean>;
  isDelivered(order: string): boolean;
}

/** Opens the outbox; a line that a crash cut short was never acted on and is dropped. */
export function openOutbox(folder: AgentFolder, now: () => Date): Outbox {
  const boxes = new Map<string, Box>();
  const eventsPath = (order: string) => join(folder.outbox, `${order}.ndjson`);
  const markPath = (order: string) => join(folder.outbox, `${order}.sent`);
  for (const name of readdirSync(folder.outbox)) {
    const order = /^([0-9a-f]{64})\.ndjson$/.exec(name)?.[1];
    if (order === undefined) continue;
    const text = readTextIfThere(eventsPath(order)) ?? '';
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) writeDurably(eventsPath(order), whole);
    const entries = parseLines(whole).values.flatMap((value) => {
      const read = entry.safeParse(value);
      return read.success ? [read.data] : [];
    });
    const acknowledged = Number(readTextIfThere(markPath(order)) ?? 0);
    const isOld = now().getTime() - statSync(eventsPath(order)).mtimeMs > KEEP_DAYS * 86_400_000;
    if (isOld && acknowledged >= entries.length) {
      for (const path of [eventsPath(order), markPath(order)]) rmSync(path, { force: true });
    } else boxes.set(order, { entries, acknowledged });
  }

  function boxOf(order: string): Box {
    const box = boxes.get(order) ?? { entries: [], acknowledged: 0 };
    boxes.set(order, box);
    return box;
  }
  function add(order: string, event: Event, line: number | null): void {
    const box = boxOf(order);
    appendDurably(eventsPath(order), { event, line });
    box.entries.push({ event, line });
  }
  const stamp = (order: string) => ({ sequence: boxOf(order).entries.length, at: now().toISOString() });
  function result(order: string): OrderResult | null {
    const last = boxes.get(order)?.entries.at(-1)?.event;
    return last?.type === 'result' ? last.result : null;
  }
  function acknowledge(order: string, count: number): void {
    boxOf(order).acknowledged = count;
    writeDurably(markPath(order), String(count));
  }

  return {
    accept(order) {
      if (!this.isAccepted(order)) add(order, { type: 'accepted', ...stamp(order) }, null);
    },
    log(order, text, line) {
      if (text !== '' && result(order) === null)
        add(order, { type: 'log', ...stamp(order), text: text.slice(0, 4000) }, line);
    },
    finish(value) {
      if (result(value.order) === null)
        add(value.order, { type: 'result', ...stamp(value.order), result: value }, null);
    },
    result,
    isAccepted: (order) => boxes.get(order)?.entries.some(({ event }) => event.type === 'accepted') ?? false,
    nextLine: (order) => Math.max(-1, ...(boxes.get(order)?.entries ?? []).map(({ line }) => line ?? -1)) + 1,
    repeat: (order) => {
      if (existsSync(eventsPath(order))) acknowledge(order, 0);
    },
    isDelivered(order) {
      const box = boxes.get(order);
      return box !== undefined && result(order) !== null && box.acknowledged >= box.entries.length;
    },
    async flush(client) {
      for (const [order, box] of boxes) {
        while (box.acknowledged < box.entries.length) {
          const batch = box.entries.slice(box.acknowledged, box.acknowledged + PER_REQUEST);
          const upTo = box.acknowledged + batch.length;
          const answer = await client.post(
            AGENT_PATHS.orderEvents,
            { order, events: batch.map(({ event }) => event) },
            z.unknown(),
          );
          if (!answer.ok && isPassing(answer.status)) return false;
          if (!answer.ok) log('the server will not take events of an order', { order, reason: answer.reason });
          acknowledge(order, answer.ok ? upTo : box.entries.length);
        }
      }
      return true;
    },
  };
}

/** Trouble that another try can cure. An order the server does not know, or events it finds malformed, will stay so. */
function isPassing(status: number | null): boolean {
  return status === null || status >= 500 || status === 401 || status === 403 || status === 408 || status === 429;
}
