import { z } from 'zod';
import { type Endpoint, idParam, instant, nothing, page, pageQuery } from './endpoint.ts';

const vexDocument = z.object({
  id: z.string(),
  /** The document's own id and author; empty where it has none. */
  document: z.string(),
  author: z.string(),
  format: z.enum(['openvex', 'csaf', 'cyclonedx']),
  statements: z.int(),
  /** Statements about products that cannot be told from the document. */
  unresolved: z.int(),
  /** How many findings it answers now. */
  answers: z.int(),
  imported_at: instant,
  imported_by: z.string(),
});

const answeredFinding = z.object({
  asset: z.string(),
  hostname: z.string(),
  vulnerability: z.string(),
  package: z.string(),
  installed_version: z.string(),
  status: z.enum(['not_affected', 'fixed']),
  /** `VEX` of which document says so, by whom, why, and when. */
  vex: z.string(),
  document: z.string(),
  author: z.string(),
  justification: z.string().nullable(),
  impact: z.string().nullable(),
  stated_at: instant.nullable(),
  answered_at: instant,
});

export const vexEndpoints = {
  listVex: {
    method: 'GET',
    path: '/api/v1/vex',
    summary: 'VEX documents that answer findings; newest first',
    permission: 'patches:read',
    query: pageQuery,
    response: page(vexDocument),
  },
  importVex: {
    method: 'POST',
    path: '/api/v1/vex',
    summary: 'Take a VEX document: OpenVEX, CSAF or CycloneDX, in JSON; a newer one of the same id takes its place',
    permission: 'feeds:write',
    upload: 'octets',
    response: vexDocument,
    status: 201,
    problems: ['invalid', 'body-too-large'],
  },
  removeVex: {
    method: 'DELETE',
    path: '/api/v1/vex/:id',
    summary: 'Take back a VEX document; what it answered is looked at anew',
    permission: 'feeds:write',
    params: idParam,
    response: nothing,
    status: 204,
    problems: ['not-found'],
  },
  listAnsweredFindings: {
    method: 'GET',
    path: '/api/v1/vex/answered-findings',
    summary: 'Findings that are none, since a VEX document says so',
    permission: 'patches:read',
    query: pageQuery.extend({ document: z.string().max(100).optional(), asset: z.string().max(253).optional() }),
    response: page(answeredFinding),
  },
  exportVex: {
    method: 'GET',
    path: '/api/v1/vex/export',
    summary: 'All open findings and those that VEX has answered, as one VEX document',
    permission: 'patches:read',
    query: z.object({ format: z.enum(['openvex', 'csaf', 'cyclonedx']).default('openvex') }),
    response: z.record(z.string(), z.unknown()),
    problems: ['not-found'],
  },
} as const satisfies Record<string, Endpoint>;
