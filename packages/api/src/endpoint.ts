import { z } from 'zod';
import type { ProblemCode } from './problems.ts';

export const PERMISSIONS = [
  'assets:read',
  'assets:write',
  'patches:read',
  'policies:read',
  'policies:write',
  'ranking:write',
  'changes:read',
  'changes:write',
  'changes:approve',
  'rollouts:read',
  'rollouts:operate',
  'feeds:read',
  'feeds:write',
  'kpis:read',
  'audit:read',
  'access:read',
  'access:write',
  'notifications:read',
  'notifications:write',
  'self',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One operation of the API, as one literal: who may call it, what it takes, what it gives and which problems it may
 * answer with. The server binds it, the OpenAPI document and the typed client are read off it.
 */
export interface Endpoint {
  method: Method;
  /** With `:name` for each path parameter. */
  path: string;
  summary: string;
  /** `null`: no sign-in needed. A person or token must hold the permission otherwise; `self` is any signed-in person. */
  permission: Permission | null;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** `octets`: the body is a stream of bytes, not JSON. */
  upload?: 'octets';
  /** `events`: the answer is `text/event-stream`; `response` is then one event's data. `octets`: the answer is bytes. */
  stream?: 'events' | 'octets';
  response: z.ZodType;
  status?: number;
  /** Each POST that starts, approves or rolls back must carry an Idempotency-Key. */
  idempotency?: 'required';
  /** The request must carry If-Match with the ETag (a plan's digest, a row's version) of what its sender has read. */
  if_match?: 'required';
  problems?: readonly ProblemCode[];
}

/** Cursor paging: the answer to every list. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(500).optional(),
});

/** RFC 3339 in UTC. */
export const instant = z.iso.datetime();
export const idParam = z.object({ id: z.string().min(1).max(100) });
export const nothing = z.null();
