import type { Order } from '@fleetmend/domain/deployments/order.ts';
import { makeResult } from '../applier/make-result.ts';
import { log } from '../platform/log.ts';
import type { AgentFolder } from './agent-folder.ts';
import { dropOrder, readTakenOrders, type Taken, takeOrder } from './order-intake.ts';
import { type OrderMeans, runTakenOrder } from './run-taken-order.ts';

const MAX_OPEN = 100;

/** Takes orders and sees each through, one at a time, across restarts. */
export interface OrderRunner {
  take(order: Order): void;
  /** Taken back by the server: does not begin, if it has not. */
  withdraw(order: string): void;
  /** Taken and not yet answered to the server's knowledge. */
  pending(): string[];
  idle(): Promise<void>;
  forgetDelivered(): void;
}

/** Goes on with what was taken before this process began. `onEnd` is called when an order has its result. */
export function startOrderRunner(
  folder: AgentFolder,
  means: Omit<OrderMeans, 'isWithdrawn'>,
  onEnd: () => void,
): OrderRunner {
  const open = new Map<string, Taken>();
  const withdrawn = new Set<string>();
  let last: Promise<void> = Promise.resolve();
  const enqueue = (taken: Taken) => {
    open.set(taken.order.id, taken);
    if (means.outbox.result(taken.order.id) !== null) return;
    last = last.then(() => see(taken));
  };
  const see = async (taken: Taken) => {
    log('order begun', { order: taken.order.id, step: taken.order.step });
    const result = await runTakenOrder({ ...means, isWithdrawn: (id) => withdrawn.has(id) }, taken).catch(
      (error: unknown) => {
        const detail = error instanceof Error ? error.message : String(error);
        return makeResult(
          { order: taken.order.id, outcome: 'failed', code: 'agent-error', detail, started_at: null },
          null,
          [],
        );
      },
    );
    means.outbox.finish(result);
    log('order finished', { order: result.order, outcome: result.outcome, code: result.code, detail: result.detail });
    onEnd();
  };
  for (const taken of readTakenOrders(folder)) enqueue(taken);
  return {
    take(order) {
      // What is not taken now is offered again.
      if (open.has(order.id) || open.size >= MAX_OPEN) return;
      // Answered before: the server has not heard it, so it is told again and nothing runs.
      if (means.outbox.result(order.id) !== null) means.outbox.repeat(order.id);
      enqueue(takeOrder(folder, order));
    },
    withdraw(order) {
      if (open.has(order)) withdrawn.add(order);
    },
    pending: () => [...open.keys()],
    idle: () => last,
    forgetDelivered() {
      for (const id of open.keys()) {
        if (!means.outbox.isDelivered(id)) continue;
        dropOrder(folder, id);
        open.delete(id);
        withdrawn.delete(id);
      }
    },
  };
}
