import { FIRST_MODEL } from '@fleetmend/domain/policies/ranking-model.ts';
import { z } from 'zod';
import { type Endpoint, instant, page, pageQuery } from './endpoint.ts';
import { DECISIONS } from './patches.ts';

const points = z.int().min(0).max(100);
const first = FIRST_MODEL.weights;

const exposure = z
  .strictObject({
    isolated: points.default(first.exposure.isolated),
    internal: points.default(first.exposure.internal),
    internet: points.default(first.exposure.internet),
  })
  .prefault({});
const criticality = z
  .strictObject({
    low: points.default(first.criticality.low),
    medium: points.default(first.criticality.medium),
    high: points.default(first.criticality.high),
  })
  .prefault({});
const data_sensitivity = z
  .strictObject({
    none: points.default(first.data_sensitivity.none),
    internal: points.default(first.data_sensitivity.internal),
    confidential: points.default(first.data_sensitivity.confidential),
  })
  .prefault({});
const severity = z
  .strictObject({
    critical: points.default(first.severity.critical),
    high: points.default(first.severity.high),
    important: points.default(first.severity.important),
    medium: points.default(first.severity.medium),
    moderate: points.default(first.severity.moderate),
    low: points.default(first.severity.low),
    negligible: points.default(first.severity.negligible),
    unimportant: points.default(first.severity.unimportant),
  })
  .prefault({});

/** The weights of a patch's score; an absent one has the value that every server begins with. */
const weights = z.strictObject({
  known_exploited: points.default(first.known_exploited),
  ransomware: points.default(first.ransomware),
  epss: points.default(first.epss),
  impact: points.default(first.impact),
  exposure,
  criticality,
  data_sensitivity,
  spread: points.default(first.spread),
  reboot: z.int().min(-20).max(0).default(first.reboot),
  severity,
  poc_from_epss: z.number().gt(0).max(1).default(first.poc_from_epss),
});

/** The same as its YAML says it. */
export const rankingDocument = weights.extend({ kind: z.literal('Ranking') });

const ranking = z.object({
  /** 1 is what every server begins with. */
  version: z.int(),
  yaml: z.string(),
  weights,
  /** The most that all factors can give together. */
  most_points: z.int(),
  /** Null for the first version, which nobody has written. */
  written_at: instant.nullable(),
  written_by: z.string().nullable(),
});

/** Where a patch stands. */
const place = z.object({ rank: z.int(), decision: z.enum(DECISIONS), score: z.int() });

const yamlBody = z.strictObject({ yaml: z.string().max(100_000) });

export const rankingEndpoints = {
  readRanking: {
    method: 'GET',
    path: '/api/v1/ranking',
    summary: 'How many points each factor gives, now or in an earlier version',
    permission: 'policies:read',
    query: z.object({ version: z.coerce.number().int().min(1).max(2_147_483_647).optional() }),
    response: ranking,
    problems: ['not-found'],
  },
  listRankingVersions: {
    method: 'GET',
    path: '/api/v1/ranking/versions',
    summary: 'Every version of the weights, who wrote it and when; newest first',
    permission: 'policies:read',
    query: pageQuery,
    response: page(ranking),
  },
  putRanking: {
    method: 'PUT',
    path: '/api/v1/ranking',
    summary: 'Replace the weights by those of a YAML text; the old version stays',
    permission: 'ranking:write',
    body: yamlBody,
    if_match: 'required',
    response: ranking,
    problems: ['ranking-invalid', 'precondition-failed'],
  },
  previewRanking: {
    method: 'POST',
    path: '/api/v1/ranking/preview',
    summary: 'What weights would move if they were kept, or where they are wrong; nothing is kept',
    permission: 'patches:read',
    body: yamlBody,
    response: z.object({
      weights,
      most_points: z.int(),
      /** How many patches would come into another bucket or another place, of how many. */
      moved: z.int(),
      of: z.int(),
      /** The first 200 of them, in the order in which they would be shipped. */
      moves: z.array(
        z.object({ patch: z.string(), source: z.string(), to_version: z.string(), from: place, to: place }),
      ),
    }),
    problems: ['ranking-invalid'],
  },
} as const satisfies Record<string, Endpoint>;
