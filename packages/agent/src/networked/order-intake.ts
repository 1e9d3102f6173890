import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { order as orderSchema } from '@fleetmend/api/agent-protocol.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { z } from 'zod';
import { readBootMark, readUptimeSeconds } from '../platform/boot.ts';
import { readJsonIfThere, writeDurably } from '../platform/durable-file.ts';
import type { AgentFolder } from './agent-folder.ts';

const takenSchema = z.object({ order: orderSchema, boot: z.string(), uptime_seconds: z.number() });
export type Taken = z.infer<typeof takenSchema>;

/** Longer than any lease: an order taken before the last boot has no time left to begin. */
const BEFORE_BOOT_SECONDS = 10_000_000;

/** Writes an order down before anything is done about it, with the time of its receipt on the clock since boot. */
export function takeOrder(folder: AgentFolder, order: Order): Taken {
  const taken = { order, boot: readBootMark(), uptime_seconds: readUptimeSeconds() };
  writeDurably(join(folder.orders, `${order.id}.json`), JSON.stringify(taken));
  return taken;
}

/** Orders taken before and not yet answered, in the order of their receipt. */
export function readTakenOrders(folder: AgentFolder): Taken[] {
  const taken = readdirSync(folder.orders).flatMap((name) => {
    const read = takenSchema.safeParse(readJsonIfThere(join(folder.orders, name)));
    return read.success ? [read.data] : [];
  });
  return taken.sort((a, b) => a.uptime_seconds - b.uptime_seconds);
}

export function dropOrder(folder: AgentFolder, order: string): void {
  rmSync(join(folder.orders, `${order}.json`), { force: true });
}

/** Seconds this order has waited since it was received. */
export function waitedSeconds(taken: Taken): number {
  return taken.boot === readBootMark() ? Math.max(0, readUptimeSeconds() - taken.uptime_seconds) : BEFORE_BOOT_SECONDS;
}
