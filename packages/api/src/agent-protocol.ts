import { STEPS } from '@fleetmend/domain/changes/change-document.ts';
import { ORDER_OUTCOMES } from '@fleetmend/domain/deployments/order.ts';
import { ECOSYSTEMS } from '@fleetmend/domain/versions/ecosystems.ts';
import { z } from 'zod';
import { signature, signedRoot } from './access.ts';
import { target } from './changes.ts';
import { instant } from './endpoint.ts';
import {
  architecture,
  assetFacts,
  availableUpdate,
  hostText,
  packageName,
  packageVersion,
  sha256,
} from './inventory.ts';

/**
 * What hosts and server say to each other, under /api/agent/v1. Every request but `enrol` is signed by the host's
 * Ed25519 key (RFC 9421: @method, @path, content-digest, with created and nonce); see `host-signature.ts`.
 */
export const AGENT_PATHS = {
  enrol: '/api/agent/v1/enrol',
  checkIn: '/api/agent/v1/check-in',
  inventory: '/api/agent/v1/inventory',
  updates: '/api/agent/v1/updates',
  facts: '/api/agent/v1/facts',
  plan: '/api/agent/v1/plan',
  orderEvents: '/api/agent/v1/order-events',
} as const;

/** A softwareLine() of the domain: six fields, tab-separated, and the module of what has one. */
export const softwareLine = z
  .string()
  .max(1300)
  .regex(new RegExp(`^(${ECOSYSTEMS.join('|').replace('.', '\\.')})(\\t[!-,.-~][!-~]*){5,6}$`));

export const enrolRequest = z.strictObject({
  code: z.string().min(10).max(200),
  /** The host's public key: SPKI, DER, base64url. */
  public_key: z.string().max(200),
  hostname: hostText(253).min(1),
  machine_id: hostText(100),
});
export const enrolResponse = z.object({
  asset: z.string(),
  organization: z.string(),
  /** The chain of roots; what counts is the digest the enrolment command gave, not this. */
  roots: z.array(signedRoot),
});

export const planRequest = z.object({
  id: z.string(),
  /** Exact packages to move, all at once; the dry run says what else must move with them. */
  packages: z.array(z.object({ name: packageName, architecture, version: packageVersion })).min(1),
});
export const planAnswer = z.strictObject({
  id: z.string().max(100),
  answer: z.discriminatedUnion('outcome', [
    z.strictObject({
      outcome: z.literal('planned'),
      operations: target.shape.operations,
      rollback: target.shape.rollback,
    }),
    z.strictObject({ outcome: z.literal('impossible'), reason: hostText(2000) }),
  ]),
});

export const order = z.strictObject({
  type: z.literal('fleetmend/order/v1'),
  id: sha256,
  asset: z.string().max(100),
  step: z.enum(STEPS),
  attempt: z.int().min(1).max(1000),
  document: z.string().max(16_000_000),
  signatures: z.array(signature).max(50),
  lease_seconds: z.int().min(1).max(86_400),
});

/** Digests of what the host has to say; the server asks for what it does not hold. */
export const checkInRequest = z.strictObject({
  inventory_digest: sha256.nullable(),
  updates_digest: sha256.nullable(),
  facts_digest: sha256,
  boot_id: hostText(100),
  /** Highest root version the host follows. */
  root_version: z.int().min(0),
  /** Orders taken and not yet answered, so that the server can tell a slow host from a lost order. */
  orders: z.array(sha256).max(100),
});
export const checkInResponse = z.object({
  wants: z.object({
    /** The inventory digest the server holds for this asset, to send a delta against; `null`: send it whole. */
    inventory: z.object({ base: sha256.nullable() }).nullable(),
    updates: z.boolean(),
    facts: z.boolean(),
  }),
  roots: z.array(signedRoot),
  plans: z.array(planRequest),
  orders: z.array(order),
  /** Of the orders the host holds, those that were taken back: what has not begun must not begin. */
  withdrawn: z.array(sha256),
  next_check_in_seconds: z.number().min(0.1).max(86_400),
});

export const inventoryReport = z.strictObject({
  digest: sha256,
  base: sha256.nullable(),
  added: z.array(softwareLine).max(20_000),
  removed: z.array(softwareLine).max(20_000),
});

export const updatesReport = z.strictObject({ digest: sha256, updates: z.array(availableUpdate).max(20_000) });
export const factsReport = z.strictObject({ digest: sha256, facts: assetFacts });

export const orderResult = z.strictObject({
  order: sha256,
  outcome: z.enum(ORDER_OUTCOMES),
  code: z.string().regex(/^[a-z][a-z0-9-]{0,60}$/),
  detail: hostText(4000),
  started_at: instant.nullable(),
  finished_at: instant,
  boot_id: hostText(100),
  reboot_required: z.boolean(),
  versions: z.record(packageName, packageVersion.nullable()),
});

/** Sent in order, each at least once; `sequence` rises by one within an order, so that a repeat is recognised. */
export const orderEvents = z.strictObject({
  order: sha256,
  events: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('accepted'), sequence: z.int().min(0), at: instant }),
        z.strictObject({ type: z.literal('log'), sequence: z.int().min(0), at: instant, text: hostText(4000) }),
        z.strictObject({ type: z.literal('result'), sequence: z.int().min(0), at: instant, result: orderResult }),
      ]),
    )
    .min(1)
    .max(1000),
});
export type PlanRequest = z.infer<typeof planRequest>;
export type PlanAnswer = z.infer<typeof planAnswer>;
export type CheckInRequest = z.infer<typeof checkInRequest>;
export type CheckInResponse = z.infer<typeof checkInResponse>;
export type InventoryReport = z.infer<typeof inventoryReport>;
export type OrderEvents = z.infer<typeof orderEvents>;
