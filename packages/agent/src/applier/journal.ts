import { truncateSync } from 'node:fs';
import { orderResult } from '@fleetmend/api/agent-protocol.ts';
import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { z } from 'zod';
import { appendDurably, readTextIfThere } from '../platform/durable-file.ts';
import { parseLines } from '../platform/ndjson.ts';

const begin = z.object({
  type: z.literal('begin'),
  order: z.string(),
  step: z.enum(['install', 'reboot', 'rollback']),
  /** Digest of the change document. */
  change: z.string(),
  /** `readBootMark()` when it began. */
  boot: z.string(),
  at: z.string(),
  /** Packages apt had marked as automatically installed before; `apt-get install FILE` forgets the mark. */
  automatic: z.array(z.string()),
});
const spawned = z.object({ type: z.literal('spawned'), order: z.string(), pid: z.int(), start: z.string() });
const end = z.object({ type: z.literal('end'), order: z.string(), result: orderResult });
const entry = z.discriminatedUnion('type', [begin, spawned, end]);
export type JournalEntry = z.infer<typeof entry>;
export type Begin = z.infer<typeof begin>;

export interface Journal {
  begun: Map<string, Begin>;
  /** The last program an order started, to wait for should it have outlived us. */
  spawned: Map<string, { pid: number; start: string }>;
  results: Map<string, OrderResult>;
}

/**
 * Reads the journal. A last line cut short by a crash is taken off the file (what it would have said has not happened
 * yet, because the journal comes first); any other damage throws, as running on a guess could run something twice.
 */
export function readJournal(path: string): Journal {
  const text = readTextIfThere(path) ?? '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const { values, broken } = parseLines(whole);
  if (broken > 0)
    throw new Error(`the journal ${path} is damaged in ${broken} lines; nothing runs until a person has looked at it`);
  const journal: Journal = { begun: new Map(), spawned: new Map(), results: new Map() };
  for (const value of values) note(journal, entry.parse(value));
  return journal;
}

function note(journal: Journal, value: JournalEntry): void {
  if (value.type === 'begin') journal.begun.set(value.order, value);
  else if (value.type === 'spawned') journal.spawned.set(value.order, { pid: value.pid, start: value.start });
  else journal.results.set(value.order, value.result);
}

/** Adds an entry, on disk before it counts. */
export function writeJournal(path: string, journal: Journal, value: JournalEntry): void {
  appendDurably(path, value);
  note(journal, value);
}
