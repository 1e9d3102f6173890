import type { Cryptography } from '../access/cryptography.ts';
import { documentDigest } from '../access/follow-roots.ts';
import type { TrustRoot } from '../access/trust-root.ts';
import type { ChangeDocument, Target } from '../changes/change-document.ts';
import { checkApprovals } from './check-approvals.ts';
import { checkOperations } from './check-operations.ts';
import { checkValidity } from './check-validity.ts';
import type { Order } from './order.ts';
import { orderId } from './order-id.ts';
import { type Refusal, type RefusalCode, refuse } from './refusals.ts';

/** What a host knows by itself: nothing in here comes from the server that sends the order. */
export interface HostKnowledge {
  organization: string;
  /** This machine's own id and its key's. */
  asset: string;
  key: string;
  /** Keys it had before, each of which has signed the next: a change that was signed for one of them is for this machine. */
  former_keys: readonly string[];
  /** The root that `followRoots` has led to; null while none is pinned. */
  root: TrustRoot | null;
  /** The highest epoch of any change accepted before; 0 for none. */
  highest_epoch: number;
  /** RFC 3339 in UTC. */
  now: string;
  /** Whether the order's lease has run out on the machine's monotonic clock. */
  lease_expired: boolean;
  /** Versions installed now, by `name:architecture`; null or absent: not installed. */
  installed: Record<string, string | null>;
  /** Names of packages no order may move: the agent itself. */
  protected_packages: string[];
  /** The most packages one order may move. */
  max_operations: number;
}

export type Verdict =
  | { accepted: true; document: ChangeDocument; target: Target }
  | { accepted: false; code: RefusalCode; detail: string };

/**
 * Whether a host may carry out an order. The server that sends it is not believed: whatever matters is in the document,
 * which people of the trust root have signed. Pure; throws on nothing that has an order's shape.
 */
export function verifyOrder(
  order: Order,
  host: HostKnowledge,
  parseDocument: (text: string) => ChangeDocument | null,
  crypto: Cryptography,
): Verdict {
  if (host.root === null) return { accepted: false, ...refuse('observe-only') };
  const document = parseDocument(order.document);
  if (document === null) return { accepted: false, ...refuse('document-malformed') };
  const refusal =
    checkBelonging(document, { organization: host.organization, root: host.root }) ??
    checkAddress(order, document, host, crypto);
  if (refusal !== null) return { accepted: false, ...refusal };
  const target = document.targets.find(({ asset }) => asset === host.asset);
  if (target === undefined) return { accepted: false, ...refuse('not-a-target') };
  const later =
    checkTarget(target, host) ??
    checkValidity(document, order.step, host) ??
    checkStep(order, document, target) ??
    checkApprovals(order, { document, root: host.root }, crypto) ??
    checkOperations(order.step, target, host);
  return later === null ? { accepted: true, document, target } : { accepted: false, ...later };
}

function checkBelonging(
  document: ChangeDocument,
  { organization, root }: { organization: string; root: TrustRoot },
): Refusal | null {
  if (document.organization !== organization || root.organization !== organization)
    return refuse('organization-mismatch');
  const versions = `Root version ${document.root_version} in the change, ${root.version} here.`;
  if (document.root_version < root.version) return refuse('root-older', versions);
  return document.root_version > root.version ? refuse('root-newer', versions) : null;
}

function checkAddress(
  order: Order,
  document: ChangeDocument,
  host: HostKnowledge,
  crypto: Cryptography,
): Refusal | null {
  const { asset, step, attempt } = order;
  const id = orderId({ change_digest: documentDigest(order.document, crypto), asset, step, attempt }, crypto);
  if (order.id !== id) return refuse('order-id-mismatch');
  if (asset !== host.asset) return refuse('asset-mismatch');
  return areRingsConsistent(document) ? null : refuse('rings-inconsistent');
}

/** Rings are what bounds the first hour of a bad change; a machine outside them or in two would escape the bound. */
function areRingsConsistent({ rings, targets }: ChangeDocument): boolean {
  const ringed = rings.flatMap(({ assets }) => assets);
  const named = new Set(targets.map(({ asset }) => asset));
  const isEachOnce = new Set(ringed).size === ringed.length && named.size === targets.length;
  return isEachOnce && ringed.length === named.size && ringed.every((asset) => named.has(asset));
}

function checkTarget(target: Target, host: HostKnowledge): Refusal | null {
  return target.key === host.key || host.former_keys.includes(target.key) ? null : refuse('key-mismatch');
}

function checkStep({ step }: Order, document: ChangeDocument, { rollback }: Target): Refusal | null {
  if (step === 'reboot' && document.reboot === 'never') return refuse('reboot-not-allowed');
  if (step === 'rollback' && rollback.class === 'none') return refuse('rollback-not-possible');
  return rollback.class === 'none' && !document.accepts_no_rollback ? refuse('no-rollback-consent') : null;
}
