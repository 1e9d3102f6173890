import type { Signature } from '../access/trust-root.ts';
import type { Step } from '../changes/change-document.ts';

/** One step of one change for one host, as the server hands it over. Everything that matters is in `document` and signed. */
export interface Order {
  type: 'fleetmend/order/v1';
  /** `orderId(…)`: the journal's key, so that an order delivered twice runs once. */
  id: string;
  asset: string;
  step: Step;
  /** 1 for the first try; a retry of a failed step is a new order. */
  attempt: number;
  /** The change document's canonical JSON, byte for byte as it was signed. */
  document: string;
  signatures: Signature[];
  /** Seconds from receipt, on the host's monotonic clock, in which the step may begin. */
  lease_seconds: number;
}

export const ORDER_OUTCOMES = ['succeeded', 'failed', 'refused', 'inconclusive'] as const;
export type OrderOutcome = (typeof ORDER_OUTCOMES)[number];

/** What the host says happened. `code` is stable, `detail` is for people. */
export interface OrderResult {
  order: string;
  outcome: OrderOutcome;
  code: string;
  detail: string;
  started_at: string | null;
  finished_at: string;
  boot_id: string;
  /** True when the packages are in place but do not run yet. */
  reboot_required: boolean;
  /** Versions found installed afterwards, by package name. */
  versions: Record<string, string | null>;
}
