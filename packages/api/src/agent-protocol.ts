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
  ecosystem,
  hostText,
  packageName,
  packageVersion,
  sha256,
} from './inventory.ts';

/**
 * What hosts and server say to each other, under /api/agent/v1. A host opens a session with a request signed by its
 * Ed25519 key; every other request but `enrol` is authenticated in that session, and so is every answer (decision 0018;
 * `host-client.ts` is the host's end). Bodies are JSON, larger ones in brotli.
 */
export const AGENT_PATHS = {
  enrol: '/api/agent/v1/enrol',
  session: '/api/agent/v1/session',
  checkIn: '/api/agent/v1/check-in',
  wait: '/api/agent/v1/wait',
  plan: '/api/agent/v1/plan',
  orderEvents: '/api/agent/v1/order-events',
  nextKey: '/api/agent/v1/next-key',
} as const;

/** Seconds a server holds a `wait` open at most; then it answers 204 and the host asks anew. */
export const WAIT_SECONDS = 240;

/** No real machine has more; a hostile one must not fill the dictionary. */
export const MAX_PACKAGES = 20_000;

/** An array whose length is looked at before its items are: a million of them are refused at once. */
const few = <Item extends z.ZodType>(item: Item) =>
  z.custom<unknown[]>((value) => Array.isArray(value) && value.length <= MAX_PACKAGES).pipe(z.array(item));

/** A softwareLine() of the domain: six fields, tab-separated, and the module of what has one. */
export const softwareLine = z
  .string()
  .max(1300)
  .regex(new RegExp(`^(${ECOSYSTEMS.join('|').replace('.', '\\.')})(\\t[!-,.-~][!-~]*){5,6}$`));

const exchangeKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const shortDigest = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** Signed by the host over the server's challenge; `step` and `link` are the last it knows, of a session before. */
export const sessionRequest = z.strictObject({
  exchange_key: exchangeKey,
  step: z.int().min(0),
  link: shortDigest.nullable(),
});
export const sessionResponse = z.object({ step: z.int().min(0) });

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
  /** The server's X25519 key, which the host pins: 32 bytes, base64url. */
  server_key: exchangeKey,
  /** The chain of roots; what counts is the digest the enrolment command gave, not this. */
  roots: z.array(signedRoot),
});

export const planRequest = z.object({
  id: z.string(),
  /** Exact packages to move, all at once; the dry run says what else must move with them. */
  packages: z.array(z.object({ ecosystem, name: packageName, architecture, version: packageVersion })).min(1),
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

/** What a host and the server have to agree on. The digest of all this is all that an unchanged host sends. */
export const hostState = z.strictObject({
  inventory_digest: sha256.nullable(),
  updates_digest: sha256.nullable(),
  facts_digest: sha256,
  boot_id: hostText(100),
  /** Highest root version the host follows. */
  root_version: z.int().min(0),
  /** Highest root version it has been told of: one without a root half follows none and is not told again. */
  roots_held: z.int().min(0),
  /** The interval it checks in at, as it was told. */
  check_in_seconds: z.number().min(0),
});

/** What turns the stored inventory `base` into the host's; `null`: `added` is all of it. */
export const inventoryChange = z.strictObject({
  base: sha256.nullable(),
  added: few(softwareLine),
  /** Places in the sorted lines of the base. */
  removed: few(z.int().min(0)),
});

/** `state` alone: nothing is new since the server last held this. Else what is new since `was`, or everything. */
export const checkInRequest = z.union([
  z.strictObject({ state: shortDigest }),
  z.strictObject({
    was: shortDigest.nullable(),
    now: hostState.partial(),
    /** Orders taken and not yet answered, so that the server can tell a slow host from a lost order. */
    orders: z.array(sha256).max(100).optional(),
    inventory: inventoryChange.optional(),
    updates: few(availableUpdate).optional(),
    facts: assetFacts.optional(),
  }),
]);
/** Where there is nothing to say, a check-in is answered 204: the server holds this state, and wants nothing. */
export const checkInResponse = z.object({
  wants: z.object({
    /** True: it does not know `was`, and wants the next check-in whole. */
    state: z.boolean(),
    /** The inventory the server holds for this asset, to send a delta against; `null`: send it whole. */
    inventory: z.object({ base: sha256.nullable() }).nullable(),
    updates: z.boolean(),
    facts: z.boolean(),
  }),
  /**
   * Why this host is told nothing and its reports are not taken: two holders of its key were seen, and it has to be enrolled
   * anew; or it waits until a person lets it in. Null: it takes part.
   */
  held: z.enum(['cloned', 'waiting']).nullable(),
  roots: z.array(signedRoot),
  plans: z.array(planRequest),
  orders: z.array(order),
  /** Of the orders the host holds, those that were taken back: what has not begun must not begin. */
  withdrawn: z.array(sha256),
  /** Check in when the clock's seconds, less the phase, are a multiple of the interval; `soon`: at once. */
  check_in_seconds: z.number().min(0.1).max(86_400),
  phase_seconds: z.number().min(0).max(86_400),
  come_back_soon: z.boolean(),
});

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
export type InventoryChange = z.infer<typeof inventoryChange>;
export type HostState = z.infer<typeof hostState>;
export type OrderEvents = z.infer<typeof orderEvents>;
