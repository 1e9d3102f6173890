import { z } from 'zod';
import { type Endpoint, instant, page, pageQuery } from './endpoint.ts';

export const auditEntry = z.object({
  sequence: z.int(),
  at: instant,
  actor: z.string(),
  verb: z.string(),
  object: z.string(),
  detail: z.record(z.string(), z.unknown()),
  request_id: z.string().nullable(),
  previous_hash: z.string(),
  hash: z.string(),
});

export const auditEndpoints = {
  listAudit: {
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'Who did what, newest first',
    permission: 'audit:read',
    query: pageQuery.extend({ object: z.string().max(200).optional(), verb: z.string().max(100).optional() }),
    response: page(auditEntry),
  },
  verifyAudit: {
    method: 'GET',
    path: '/api/v1/audit/verify',
    summary: 'Recompute the chain of hashes from its first entry',
    permission: 'audit:read',
    response: z.object({
      is_intact: z.boolean(),
      entries: z.int(),
      head: z.string().nullable(),
      /** The first entry that does not follow from the one before it. */
      broken_at: z.int().nullable(),
      /** What the check proves, and what it cannot. */
      proves: z.string(),
      checked_at: instant,
    }),
  },
} as const satisfies Record<string, Endpoint>;
