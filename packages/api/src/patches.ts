import { PATCH_STATES } from '@fleetmend/domain/inventory/asset.ts';
import { z } from 'zod';
import { type Endpoint, idParam, instant, page, pageQuery } from './endpoint.ts';
import { blocker, ecosystem, stateCounts } from './inventory.ts';

export const DECISIONS = ['act', 'attend', 'track_star', 'track'] as const;

/** One line of the table that explains a rank; the points of all lines sum to the score, exactly. */
export const factor = z.object({
  id: z.string(),
  label: z.string(),
  value: z.string(),
  points: z.int(),
  source: z.string(),
  as_of: instant.nullable(),
});

export const explanation = z.object({
  patch: z.string(),
  title: z.string(),
  rank: z.int(),
  of: z.int(),
  decision: z.enum(DECISIONS),
  score: z.int(),
  model: z.string(),
  /** Null for the first version, which nobody has written. */
  model_written_at: instant.nullable(),
  model_written_by: z.string().nullable(),
  factors: z.array(factor),
  /** The SSVC decision points that led to the bucket, in order. */
  ssvc: z.array(z.object({ point: z.string(), value: z.string(), because: z.string() })),
  /** The machines for which it is due first by CISA's BOD 26-04; null is "with the next upgrade". */
  due: z.array(
    z.object({ hostname: z.string(), vulnerability: z.string(), due_at: instant.nullable(), text: z.string() }),
  ),
  above: z.string().nullable(),
  would_drop_if: z.string().nullable(),
  /** Data that is missing and was not filled in. */
  not_known: z.array(z.string()),
  model_factors_max: z.int(),
  /** When it was raised or lowered, and why; the last first. */
  moves: z.array(
    z.object({
      at: instant,
      direction: z.enum(['raised', 'lowered']),
      from_decision: z.enum(DECISIONS),
      to_decision: z.enum(DECISIONS),
      from_score: z.int(),
      to_score: z.int(),
      reasons: z.array(z.string()),
    }),
  ),
});

export const patch = z.object({
  id: z.string(),
  /** 1 is what to ship first. */
  rank: z.int(),
  decision: z.enum(DECISIONS),
  score: z.int(),
  /** The two strongest factors, in words. */
  why: z.array(z.string()),
  ecosystem,
  source: z.string(),
  to_version: z.string(),
  /** What the update moves: its binary packages, each with the versions it would replace. */
  packages: z.array(
    z.object({
      name: z.string(),
      architecture: z.string(),
      from_versions: z.array(z.string()),
      to_version: z.string(),
    }),
  ),
  origin: z.string(),
  is_security: z.boolean(),
  vulnerabilities: z.array(z.string()),
  known_exploited: z.array(z.string()),
  counts: stateCounts,
  /** Present when asked for one asset's patches: this asset's relation to the patch. */
  asset_state: z.enum(PATCH_STATES).nullable(),
  blocked_by: z.array(blocker),
  next_step: z.string(),
  /** The open change that ships it. */
  change: z.string().nullable(),
  first_seen_at: instant,
  /** When it is due first on any machine, by BOD 26-04; null where no date follows. */
  due_at: instant.nullable(),
  freshness: z.array(z.string()),
});

export const patchesEndpoints = {
  listPatches: {
    method: 'GET',
    path: '/api/v1/patches',
    summary: 'What to ship next, in order, and why',
    permission: 'patches:read',
    query: pageQuery.extend({
      decision: z.enum(DECISIONS).optional(),
      asset: z.string().max(253).optional(),
      search: z.string().max(100).optional(),
      security: z.enum(['true', 'false']).optional(),
    }),
    response: page(patch),
  },
  readPatch: {
    method: 'GET',
    path: '/api/v1/patches/:id',
    summary: 'One patch',
    permission: 'patches:read',
    params: idParam,
    response: patch,
    problems: ['not-found'],
  },
  explainPatch: {
    method: 'GET',
    path: '/api/v1/patches/:id/explanation',
    summary: 'Why a patch stands where it stands',
    permission: 'patches:read',
    params: idParam,
    response: explanation,
    problems: ['not-found'],
  },
  listPatchAssets: {
    method: 'GET',
    path: '/api/v1/patches/:id/assets',
    summary: 'Each machine and its relation to a patch',
    permission: 'patches:read',
    params: idParam,
    query: pageQuery,
    response: page(
      z.object({
        asset: z.string(),
        hostname: z.string(),
        state: z.enum(PATCH_STATES),
        packages: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })),
        /** By when, by BOD 26-04, and why; null where no finding is known there. */
        due: z.object({ due_at: instant.nullable(), text: z.string() }).nullable(),
        blocked_by: z.array(blocker),
        next_step: z.string(),
        last_check_in_at: instant.nullable(),
      }),
    ),
    problems: ['not-found'],
  },
  readRiskCurve: {
    method: 'GET',
    path: '/api/v1/risk-curve',
    summary: 'The smallest choice of patches that removes most of the risk, and how far each takes it',
    permission: 'patches:read',
    query: z.object({ share: z.coerce.number().gt(0).max(1).default(0.8) }),
    response: z.object({
      sentence: z.string(),
      /** Of what patches can remove, 0 to 1. */
      share: z.number(),
      /** How many patches, from the first point on, remove that share, out of how many. */
      count: z.int(),
      of: z.int(),
      /** Expected exploitations within 30 days, each weighted by the worth of its machine: of all findings, and of those with a patch. */
      total: z.number(),
      removable: z.number(),
      /** Findings whose chance nobody tells: they are in no number here. */
      not_counted: z.int(),
      points: z.array(
        z.object({
          patch: z.string(),
          source: z.string(),
          to_version: z.string(),
          decision: z.enum(DECISIONS),
          rank: z.int(),
          /** What it removes beside those before it, and what all up to it remove. */
          gain: z.number(),
          gain_share: z.number(),
          removed_share: z.number(),
        }),
      ),
    }),
  },
} as const satisfies Record<string, Endpoint>;
