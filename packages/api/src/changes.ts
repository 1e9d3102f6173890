import { CHANGE_STATES } from '@fleetmend/domain/changes/change-machine.ts';
import { z } from 'zod';
import { signature } from './access.ts';
import { type Endpoint, idParam, instant, page, pageQuery } from './endpoint.ts';
import { architecture, blocker, ecosystem, hostText, packageName, packageVersion, sha256 } from './inventory.ts';
import { gate } from './policies.ts';

export const operation = z.strictObject({
  ecosystem,
  package: packageName,
  architecture,
  from: packageVersion.nullable(),
  to: packageVersion,
  sha256,
  size: z.int().min(0),
  origin: hostText(300),
});

export const target = z.strictObject({
  asset: z.string().max(100),
  hostname: hostText(253),
  key: sha256,
  operations: z.array(operation).min(1).max(5000),
  rollback: z.strictObject({
    class: z.enum(['downgrade', 'none']),
    operations: z.array(operation).max(5000),
    reason: hostText(500).nullable(),
  }),
});

export const changeDocument = z.strictObject({
  type: z.literal('fleetmend/change/v1'),
  organization: z.string().max(100),
  change: z.string().regex(/^CH-[1-9]\d*$/),
  title: hostText(300),
  reason: hostText(2000),
  author: z.string().max(100),
  created_at: instant,
  epoch: z.int().min(1),
  root_version: z.int().min(1),
  policy: z.strictObject({ name: z.string().max(100), sha256 }),
  quorum: z.int().min(1).max(20),
  windows: z
    .array(z.strictObject({ from: instant, until: instant }))
    .min(1)
    .max(100),
  rings: z
    .array(
      z.strictObject({
        name: z.string().max(100),
        assets: z.array(z.string().max(100)),
        max_in_flight: z.int().min(1),
        bake_seconds: z.int().min(0),
      }),
    )
    .min(1)
    .max(15),
  gates: z.array(gate).max(20),
  on_gate_fail: z.enum(['pause', 'rollback']),
  reboot: z.enum(['if-needed', 'never']),
  accepts_no_rollback: z.boolean(),
  targets: z.array(target).min(1),
});

export const change = z.object({
  id: z.string(),
  title: z.string(),
  reason: z.string(),
  state: z.enum(CHANGE_STATES),
  author: z.object({ id: z.string(), name: z.string() }),
  policy: z.string(),
  patches: z.array(z.object({ id: z.string(), title: z.string() })),
  created_at: instant,
  /** Null while the plan is being computed by the machines, or when it could not be. */
  document: changeDocument.nullable(),
  /** SHA-256 of the document; approvals bind to it. */
  digest: z.string().nullable(),
  /** The canonical text itself: what is signed, byte for byte. */
  canonical: z.string().nullable(),
  approvals: z.array(
    z.object({
      person: z.object({ id: z.string(), name: z.string() }),
      key: z.string(),
      kind: z.enum(['passkey', 'ssh', 'ed25519']),
      at: instant,
      is_author: z.boolean(),
    }),
  ),
  /** How many distinct people are still to sign, and who can. */
  approvals_needed: z.int(),
  can_approve: z.array(z.object({ id: z.string(), name: z.string() })),
  expires_at: instant.nullable(),
  rollout: z.string().nullable(),
  blocked_by: z.array(blocker),
  next_step: z.string(),
  rejected: z.object({ by: z.string(), at: instant, reason: z.string() }).nullable(),
});

export const changesEndpoints = {
  listChanges: {
    method: 'GET',
    path: '/api/v1/changes',
    summary: 'Change requests, newest first',
    permission: 'changes:read',
    query: pageQuery.extend({ state: z.enum(CHANGE_STATES).optional() }),
    response: page(change.omit({ document: true, canonical: true })),
  },
  createChange: {
    method: 'POST',
    path: '/api/v1/changes',
    summary: 'Ask for patches to be shipped; the machines then compute the exact plan',
    permission: 'changes:write',
    idempotency: 'required',
    body: z.strictObject({
      patches: z.array(z.string().max(100)).min(1).max(500),
      policy: z.string().max(100),
      /** Only these machines, of those the policy selects and the patches touch. */
      assets: z.array(z.string().max(253)).max(100_000).optional(),
      title: hostText(300).optional(),
      reason: hostText(2000).default(''),
      /** The newest version on offer, or the lowest that carries every security fix. */
      versions: z.enum(['newest', 'fix-only']).default('newest'),
      accepts_no_rollback: z.boolean().default(false),
    }),
    response: change,
    status: 201,
    problems: ['not-found', 'plan-impossible'],
  },
  readChange: {
    method: 'GET',
    path: '/api/v1/changes/:id',
    summary: 'One change: exact plan, way back, approvals',
    permission: 'changes:read',
    params: idParam,
    response: change,
    problems: ['not-found'],
  },
  approveChange: {
    method: 'POST',
    path: '/api/v1/changes/:id/approvals',
    summary: 'Sign the change document; If-Match binds the signature to the digest that was read',
    permission: 'changes:approve',
    idempotency: 'required',
    if_match: 'required',
    params: idParam,
    body: z.strictObject({ signature }),
    response: change,
    status: 201,
    problems: ['not-found', 'signature-refused', 'precondition-failed', 'state-conflict'],
  },
  rejectChange: {
    method: 'POST',
    path: '/api/v1/changes/:id/reject',
    summary: 'Say no to a change, with a reason',
    permission: 'changes:approve',
    idempotency: 'required',
    params: idParam,
    body: z.strictObject({ reason: hostText(2000).min(1) }),
    response: change,
    problems: ['not-found', 'state-conflict'],
  },
  cancelChange: {
    method: 'POST',
    path: '/api/v1/changes/:id/cancel',
    summary: 'Take a change back before it runs',
    permission: 'changes:write',
    idempotency: 'required',
    params: idParam,
    body: z.strictObject({ reason: hostText(2000).default('') }),
    response: change,
    problems: ['not-found', 'state-conflict'],
  },
} as const satisfies Record<string, Endpoint>;
