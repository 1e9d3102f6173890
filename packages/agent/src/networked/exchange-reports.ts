import {
  AGENT_PATHS,
  type CheckInRequest,
  type CheckInResponse,
  checkInResponse,
  type HostState,
  type InventoryChange,
} from '@fleetmend/api/agent-protocol.ts';
import { stateDigest } from '@fleetmend/api/host-state.ts';
import { inventoryDelta } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { z } from 'zod';
import { readJsonIfThere, writeDurably } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import type { AgentFolder } from './agent-folder.ts';
import type { Report } from './build-report.ts';
import type { Answer, ServerClient } from './server-client.ts';

const reportedSchema = z.object({ digest: z.string(), lines: z.array(z.string()) });

/** Rounds of asking and sending in one check-in: a server that still wants something then has to wait. */
const ROUNDS = 4;

/** What of the report goes along with a check-in. */
export interface Parts {
  /** `base`: what the server holds; null: it holds nothing we know. */
  inventory: { base: string | null } | null;
  updates: boolean;
  facts: boolean;
}

export interface Said {
  report: Report;
  state: HostState;
  orders: string[];
}

/** What the server has not been told since it last held all; nothing is assumed where nothing is known. */
export function newParts(held: HostState | null, state: HostState): Parts {
  const isNew = (of: 'inventory_digest' | 'updates_digest' | 'facts_digest') => held !== null && held[of] !== state[of];
  return {
    inventory: isNew('inventory_digest') ? { base: held?.inventory_digest ?? null } : null,
    updates: isNew('updates_digest'),
    facts: isNew('facts_digest'),
  };
}

/** The delta against what the server holds, if it is what we last sent; else everything. */
export function inventoryChangeFor(
  lines: readonly string[],
  held: { base: string | null; known: unknown },
): InventoryChange {
  const known = reportedSchema.safeParse(held.known);
  if (!known.success || held.base === null || known.data.digest !== held.base)
    return { base: null, added: [...lines], removed: [] };
  const before = [...known.data.lines].sort();
  const { added, removed } = inventoryDelta(before, lines);
  const gone = new Set(removed);
  return { base: held.base, added, removed: before.flatMap((line, place) => (gone.has(line) ? [place] : [])) };
}

function compose(
  folder: AgentFolder,
  held: HostState | null,
  { report, state, orders }: Said,
  parts: Parts,
): CheckInRequest {
  const now = held === null ? state : changesOf(held, state);
  if (held !== null && Object.keys(now).length === 0 && orders.length === 0) return { state: stateDigest(state) };
  const { lines, updates, facts } = report;
  const inventory =
    parts.inventory === null || lines === null
      ? {}
      : {
          inventory: inventoryChangeFor(lines, { base: parts.inventory.base, known: readJsonIfThere(folder.reported) }),
        };
  return {
    was: held === null ? null : stateDigest(held),
    now,
    ...(orders.length > 0 ? { orders } : {}),
    ...inventory,
    ...(parts.updates && updates !== null ? { updates } : {}),
    ...(parts.facts ? { facts } : {}),
  };
}

function changesOf(held: HostState, state: HostState): Partial<HostState> {
  const keys = Object.keys(state) as (keyof HostState)[];
  return Object.fromEntries(keys.filter((key) => held[key] !== state[key]).map((key) => [key, state[key]]));
}

export interface Exchange {
  /** What the server says it holds now, to begin with the next time; null: it has to be told all. */
  held: HostState | null;
  /** The last answer; null where it had nothing to say. */
  answer: CheckInResponse | null;
  failure: { reason: string; retry_after_seconds: number | null } | null;
}

/** Tells the server what is new, and what it asks for, until it holds all of it. */
export async function exchangeReports(
  client: ServerClient,
  folder: AgentFolder,
  said: Said,
  before: HostState | null,
): Promise<Exchange> {
  let held = before;
  let parts = newParts(held, said.state);
  let heard: CheckInResponse | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const request = compose(folder, held, said, parts);
    const answer: Answer<CheckInResponse | null> = await client.post(
      AGENT_PATHS.checkIn,
      request,
      checkInResponse.nullable(),
      {
        turns: true,
      },
    );
    if (!answer.ok) {
      // A delta the server cannot use (its data are of an old backup, say) is followed by the whole.
      const isDelta = 'inventory' in request && request.inventory?.base != null;
      if (answer.status !== 409 || !isDelta) return { held: null, answer: heard, failure: answer };
      parts = { ...parts, inventory: { base: null } };
      continue;
    }
    heard = merge(heard, answer.value);
    const wants = answer.value?.wants ?? null;
    if (wants === null || !(wants.state || wants.inventory !== null || wants.updates || wants.facts)) {
      keepReported(folder, said);
      return { held: said.state, answer: heard, failure: null };
    }
    held = null;
    parts = wants.state ? parts : wants;
  }
  return {
    held: null,
    answer: heard,
    failure: { reason: 'the server keeps asking for the same', retry_after_seconds: null },
  };
}

/** Orders and questions of every round count, also when the last had nothing to say. */
function merge(before: CheckInResponse | null, now: CheckInResponse | null): CheckInResponse | null {
  if (before === null || now === null) return now ?? before;
  return {
    ...now,
    roots: now.roots.length > 0 ? now.roots : before.roots,
    plans: now.plans.length > 0 ? now.plans : before.plans,
    orders: now.orders.length > 0 ? now.orders : before.orders,
    withdrawn: [...new Set([...before.withdrawn, ...now.withdrawn])],
  };
}

/** The lines the server holds, to send a delta against them next time. */
function keepReported(folder: AgentFolder, { report: { inventory_digest, lines } }: Said): void {
  if (inventory_digest === null || lines === null) return;
  const known = reportedSchema.safeParse(readJsonIfThere(folder.reported));
  if (known.success && known.data.digest === inventory_digest) return;
  writeDurably(folder.reported, JSON.stringify({ digest: inventory_digest, lines }));
  log('packages reported', { digest: inventory_digest, lines: lines.length });
}
