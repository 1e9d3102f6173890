import { CLEARED_BECAUSE, FINDING_STATES } from '@fleetmend/domain/findings/derived-finding.ts';
import { z } from 'zod';
import { type Endpoint, idParam, instant, page, pageQuery } from './endpoint.ts';
import { ecosystem } from './inventory.ts';

/** One independent source of a finding, with the rule and the values it compared. */
export const evidence = z.object({
  source: z.string(),
  /** The advisory that says it; null for the host's own word. */
  advisory: z.string().nullable(),
  rule: z.string(),
  detail: z.string(),
  as_of: instant.nullable(),
});

const finding = z.object({
  id: z.string(),
  asset: z.string(),
  hostname: z.string(),
  /** Null: a security update whose vulnerabilities nobody has named. */
  vulnerability: z.string().nullable(),
  ecosystem,
  /** The source package, which is what is fixed. */
  source: z.string(),
  package: z.string(),
  architecture: z.string(),
  installed_version: z.string(),
  fixed_version: z.string().nullable(),
  /** `affected` has a fix, or its publisher names a last affected version; the others have none, as the publisher says. */
  state: z.enum(FINDING_STATES),
  /** Why one feed's word counts before another's; null where all agree on who is to be believed. */
  decided_by: z.string().nullable(),
  /** Why it is open although its fix is installed. */
  waits_for: z.string().nullable(),
  /** How we know. */
  evidence: z.array(evidence),
  is_known_exploited: z.boolean(),
  /** The CVE programme has taken the vulnerability back: it counts for nothing. */
  is_rejected: z.boolean(),
  epss: z.number().nullable(),
  epss_percentile: z.number().nullable(),
  cvss: z.number().nullable(),
  detected_at: instant,
  cleared_at: instant.nullable(),
  cleared_because: z.enum(CLEARED_BECAUSE).nullable(),
});

export const findingsEndpoints = {
  listFindings: {
    method: 'GET',
    path: '/api/v1/findings',
    summary: 'Which vulnerability touches which machine, and how we know',
    permission: 'patches:read',
    query: pageQuery.extend({
      asset: z.string().max(253).optional(),
      patch: z.string().max(100).optional(),
      vulnerability: z.string().max(60).optional(),
      state: z.enum(['open', 'cleared']).default('open'),
    }),
    response: page(finding),
  },
  readFinding: {
    method: 'GET',
    path: '/api/v1/findings/:id',
    summary: 'One finding, open or over, and how we know',
    permission: 'patches:read',
    params: idParam,
    response: finding,
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
