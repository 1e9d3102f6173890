import { toHex } from '../access/bytes.ts';
import type { Cryptography } from '../access/cryptography.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Step } from '../changes/change-document.ts';

/** What makes two orders the same order. */
export interface OrderKey {
  /** SHA-256 of the change document's text, hexadecimal. */
  change_digest: string;
  asset: string;
  step: Step;
  attempt: number;
}

/** The id of an order, hexadecimal: derived from what it asks, so that a host journals it once however often it comes. */
export function orderId({ change_digest, asset, step, attempt }: OrderKey, crypto: Cryptography): string {
  return toHex(crypto.sha256(`fleetmend-order-v1\0${canonicalJson({ change_digest, asset, step, attempt })}`));
}
