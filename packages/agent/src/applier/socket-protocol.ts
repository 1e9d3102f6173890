import { signedRoot } from '@fleetmend/api/access.ts';
import { order, orderResult } from '@fleetmend/api/agent-protocol.ts';
import { sha256 } from '@fleetmend/api/inventory.ts';
import { keySuccession } from '@fleetmend/api/key-succession.ts';
import { z } from 'zod';

/** Bytes of one line on the socket: a document of 16 MB, escaped, with room. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** As many keys as a machine changes in five years, if it changes one each month. */
export const MAX_SUCCESSIONS = 60;

const identity = { asset: z.string().min(1).max(100), organization: z.string().min(1).max(100), key: sha256 };
const waited = z.number().min(0);

/** What the networked half may ask the root half: one JSON object on a line. */
export const applierRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    ...identity,
    roots: z.array(signedRoot).max(1000),
    /** How the key it was bound to became this one. */
    successions: z.array(keySuccession).max(MAX_SUCCESSIONS),
  }),
  z.strictObject({ type: z.literal('stale-services') }),
  z.strictObject({ type: z.literal('status'), order: sha256 }),
  z.strictObject({ type: z.literal('verify'), order, waited_seconds: waited }),
  z.strictObject({
    type: z.literal('run'),
    order,
    waited_seconds: waited,
    /** Downloaded files by digest; each is copied and proven again before it counts. */
    files: z.record(sha256, z.string().max(4096)),
    /** Log lines the asker already has. */
    from_line: z.int().min(0),
  }),
]);
export type ApplierRequest = z.infer<typeof applierRequest>;

/** What the root half answers. `run` is answered by many, ended by `result`. */
export const applierAnswer = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    pinned: sha256.nullable(),
    root_version: z.int().nullable(),
    root_digest: sha256.nullable(),
    problem: z.string().nullable(),
  }),
  z.object({
    type: z.literal('stale-services'),
    services: z.array(z.object({ unit: z.string(), pids: z.array(z.int()), files: z.array(z.string()) })),
  }),
  /** Whether the root half has begun or ended this order. */
  z.object({ type: z.literal('status'), is_known: z.boolean() }),
  z.object({ type: z.literal('verdict'), accepted: z.boolean(), code: z.string(), detail: z.string() }),
  z.object({ type: z.literal('accepted') }),
  z.object({ type: z.literal('log'), line: z.int(), text: z.string() }),
  z.object({ type: z.literal('result'), result: orderResult }),
  z.object({ type: z.literal('problem'), text: z.string() }),
]);
export type ApplierAnswer = z.infer<typeof applierAnswer>;
