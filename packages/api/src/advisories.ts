import { FINDING_STATES } from '@fleetmend/domain/findings/derived-finding.ts';
import { z } from 'zod';
import { type Endpoint, idParam, instant, page, pageQuery } from './endpoint.ts';
import { evidence } from './findings.ts';
import { ecosystem } from './inventory.ts';

/** What one feed says under one id. */
const told = z.object({
  feed: z.string(),
  feed_title: z.string(),
  id: z.string(),
  summary: z.string(),
  aliases: z.array(z.string()),
  vulnerabilities: z.array(z.string()),
  /** The publisher's own word for how bad it is. */
  severity: z.string().nullable(),
  is_exploited: z.boolean(),
  /** CVSS vectors as published; they are the worst of what it is about. */
  vectors: z.array(z.object({ type: z.string(), vector: z.string() })),
  /** Web pages that it refers to. */
  references: z.array(z.string()),
  published: instant.nullable(),
  modified: instant.nullable(),
  /** Set when its publisher has taken it back: it then affects nothing. */
  withdrawn: instant.nullable(),
  /** How many packages of platforms it names. */
  rules: z.int(),
  /** The publisher's own page of it; null where none is known. */
  page: z.string().nullable(),
  ingested_at: instant,
});

/** What all feeds together know of one vulnerability; null is "not known". */
const vulnerability = z.object({
  id: z.string(),
  cvss: z
    .object({
      score: z.number(),
      severity: z.string(),
      vector: z.string(),
      source: z.string(),
      /** Why this score counts and not another. */
      because: z.string(),
    })
    .nullable(),
  epss: z.object({ score: z.number(), percentile: z.number() }).nullable(),
  known_exploited: z
    .object({ date_added: z.string(), due_date: z.string().nullable(), is_ransomware: z.boolean() })
    .nullable(),
  ssvc: z
    .object({
      exploitation: z.string().nullable(),
      automatable: z.string().nullable(),
      technical_impact: z.string().nullable(),
      as_of: instant.nullable(),
    })
    .nullable(),
  severity: z.object({ word: z.string(), source: z.string() }).nullable(),
  published: instant.nullable(),
  /** The CVE programme has taken it back: it counts for nothing. */
  is_rejected: z.boolean(),
  page: z.string().nullable(),
});

const rule = z.object({
  feed: z.string(),
  advisory: z.string(),
  /** The platform as the feed writes it. */
  platform: z.string(),
  package: z.string(),
  names: z.enum(['binary', 'source', 'binaries_of_source']),
  /** Each range of versions in words. */
  versions: z.array(z.string()),
  /** What it is called while no version fixes it. */
  unfixed: z.enum(['unfixed', 'will_not_fix', 'fix_deferred', 'end_of_life', 'under_investigation', 'not_affected']),
  has_fix: z.boolean(),
  architectures: z.array(z.string()).nullable(),
  module: z.string().nullable(),
  /** The builds with the fix, where there is more than one line of them. */
  lines: z.array(z.string()),
  /** The publisher's own words for the state without a fix. */
  reason: z.string().nullable(),
  severity: z.string().nullable(),
  vendor_ids: z.array(z.string()),
});

const advisoryAsset = z.object({
  asset: z.string(),
  hostname: z.string(),
  ecosystem,
  package: z.string(),
  source: z.string(),
  /** What was held against the rule, and the version that ends it. */
  installed_version: z.string(),
  fixed_version: z.string().nullable(),
  /** As of a finding, or what a VEX document answers. */
  state: z.enum([...FINDING_STATES, 'not_affected', 'fixed']),
  vulnerabilities: z.array(z.string()),
  decided_by: z.string().nullable(),
  waits_for: z.string().nullable(),
  /** The VEX document that answers it, in words; null for what is open. */
  vex: z.string().nullable(),
  evidence: z.array(evidence),
  since: instant,
});

export const advisoriesEndpoints = {
  listAdvisories: {
    method: 'GET',
    path: '/api/v1/advisories',
    summary: 'Advisories by their id, as each feed tells them',
    permission: 'patches:read',
    query: pageQuery.extend({
      /** How the id begins. */
      search: z.string().max(100).optional(),
      feed: z.string().max(100).optional(),
    }),
    response: page(told),
  },
  readAdvisory: {
    method: 'GET',
    path: '/api/v1/advisories/:id',
    summary: 'An advisory or a vulnerability as every feed tells it, and how far it reaches here',
    permission: 'patches:read',
    params: idParam,
    response: z.object({
      id: z.string(),
      /** A vulnerability is what several advisories may be about. */
      kind: z.enum(['advisory', 'vulnerability']),
      told: z.array(told),
      /** How many there are; the first 200 are told. */
      told_total: z.int(),
      vulnerabilities: z.array(vulnerability),
      reach: z.object({
        /** Machines with an open finding of it, and those of them for which a version fixes one. */
        affected: z.int(),
        fixable: z.int(),
        /** Machines on which only a VEX document speaks of it. */
        answered: z.int(),
        /** Machines whose packages are known, of all. */
        known: z.int(),
        total: z.int(),
      }),
    }),
    problems: ['not-found'],
  },
  listAdvisoryRules: {
    method: 'GET',
    path: '/api/v1/advisories/:id/rules',
    summary: 'Which packages in which versions each feed says an advisory or a vulnerability is about',
    permission: 'patches:read',
    params: idParam,
    query: pageQuery,
    response: page(rule),
  },
  listAdvisoryAssets: {
    method: 'GET',
    path: '/api/v1/advisories/:id/assets',
    summary: 'The machines that an advisory or a vulnerability touches, with the versions that were compared',
    permission: 'patches:read',
    params: idParam,
    query: pageQuery,
    response: page(advisoryAsset),
  },
} as const satisfies Record<string, Endpoint>;
