import { z } from 'zod';
import { type Endpoint, instant, page, pageQuery } from './endpoint.ts';
import { hostText } from './inventory.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, starting with a letter');
const duration = z.string().regex(/^[1-9]\d{0,4}[smhd]$/, 'a number and one of s, m, h, d, as in 4h');

export const gate = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('systemd'),
    unit: z.string().regex(/^[A-Za-z0-9@_.:-]{1,200}\.(service|socket|timer|target)$/),
  }),
  z.strictObject({
    kind: z.literal('http'),
    url: z.url({ protocol: /^https?$/ }).max(500),
    expect_status: z.int().min(100).max(599).default(200),
  }),
]);

/** A policy as its YAML says it; every absent key has its effective value here. */
export const policySpec = z.strictObject({
  kind: z.literal('Policy'),
  name,
  owner: hostText(200).nullable().default(null),
  /** The one selector grammar; absent: every machine. */
  select: z.string().max(1000).default(''),
  rings: z
    .array(
      z.strictObject({
        name,
        select: z.string().max(1000).default(''),
        max_in_flight: z.int().min(1).max(10_000).default(10),
        bake: duration.default('15m'),
      }),
    )
    .min(1)
    .max(15)
    .default([{ name: 'all', select: '', max_in_flight: 10, bake: '15m' }]),
  /** Absent: always open. */
  window: z
    .strictObject({
      tz: z.string().max(60),
      days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
      start: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time as in 22:00'),
      duration,
    })
    .nullable()
    .default(null),
  approvals: z.strictObject({ quorum: z.int().min(1).max(20).default(1) }).default({ quorum: 1 }),
  gates: z.array(gate).max(20).default([]),
  on_gate_fail: z.enum(['pause', 'rollback']).default('pause'),
  reboot: z.enum(['if-needed', 'never']).default('if-needed'),
});
export type PolicySpec = z.infer<typeof policySpec>;

export const policy = z.object({
  name: z.string(),
  yaml: z.string(),
  sha256: z.string(),
  spec: policySpec,
  /** The policy in a sentence. */
  sentence: z.string(),
  asset_count: z.int(),
  next_windows: z.array(z.object({ from: instant, until: instant })),
  updated_at: instant,
  updated_by: z.string().nullable(),
});

const nameParam = z.object({ name: z.string().max(100) });

export const policiesEndpoints = {
  listPolicies: {
    method: 'GET',
    path: '/api/v1/policies',
    summary: 'What has been agreed to happen, to which machines, when',
    permission: 'policies:read',
    query: pageQuery,
    response: page(policy),
  },
  readPolicy: {
    method: 'GET',
    path: '/api/v1/policies/:name',
    summary: 'One policy',
    permission: 'policies:read',
    params: nameParam,
    response: policy,
    problems: ['not-found'],
  },
  putPolicy: {
    method: 'PUT',
    path: '/api/v1/policies/:name',
    summary: 'Create or replace a policy from its YAML',
    permission: 'policies:write',
    params: nameParam,
    body: z.strictObject({ yaml: z.string().max(100_000) }),
    response: policy,
    problems: ['policy-invalid'],
  },
  checkPolicy: {
    method: 'POST',
    path: '/api/v1/policies/check',
    summary: 'Read a policy without keeping it: its sentence, machines and next windows, or where it is wrong',
    permission: 'policies:read',
    body: z.strictObject({ yaml: z.string().max(100_000) }),
    response: policy.omit({ updated_at: true, updated_by: true }),
    problems: ['policy-invalid'],
  },
} as const satisfies Record<string, Endpoint>;
