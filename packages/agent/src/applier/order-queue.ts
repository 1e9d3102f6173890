import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { log } from '../platform/log.ts';
import type { Means } from './judge-order.ts';
import { tailLog } from './order-log.ts';
import { resumeOrder, unfinishedOrders } from './resume-orders.ts';
import { type OrderRequest, runOrder } from './run-order.ts';

/** The orders of one machine, one at a time, in the order they came. */
export interface OrderQueue {
  /** Runs an order, or joins the run that is under way, or gives the recorded end. Null: the machine is going down. */
  submit(request: OrderRequest): Promise<OrderResult | null>;
  isKnown(order: string): boolean;
}

/** Starts with what a crash left unfinished; nothing new begins before that is ended. */
export function startOrderQueue(means: Means): OrderQueue {
  const running = new Map<string, Promise<OrderResult | null>>();
  let last: Promise<unknown> = Promise.resolve();
  const enqueue = (order: string, work: () => Promise<OrderResult | null>) => {
    const job = last.then(work, work);
    running.set(order, job);
    last = job.then(
      () => running.delete(order),
      (error: unknown) => {
        running.delete(order);
        log('an order ended in an error', { order, error: String(error) });
      },
    );
    return job;
  };
  for (const begin of unfinishedOrders(means)) enqueue(begin.order, () => resumeOrder(means, begin)).catch(() => {});
  return {
    submit: (request) => running.get(request.order.id) ?? enqueue(request.order.id, () => runOrder(means, request)),
    isKnown: (order) => running.has(order) || means.journal.results.has(order),
  };
}

/** Feeds the lines of an order's log from `fromLine` on, until `isOver` and everything has been given. */
export function followLog(
  means: Means,
  order: string,
  give: { fromLine: number; onLine: (line: { line: number; text: string }) => void },
) {
  const read = tailLog(means.folder, order);
  const pass = (isEnded: boolean) => {
    for (const line of read(isEnded)) if (line.line >= give.fromLine) give.onLine(line);
  };
  const timer = setInterval(() => pass(false), 200);
  return () => {
    clearInterval(timer);
    pass(true);
  };
}
