import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { listEntries } from './audit.queries.ts';
import { verifyAudit } from './verify-audit.ts';

/** Binds the audit log's endpoints. */
export function registerAuditRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'listAudit', async (ctx, { query }) => {
    const place = readCursor(query.cursor, 1)?.[0];
    const before = typeof place === 'number' ? place : null;
    const found = await listEntries(ctx.db, {
      object: query.object ?? null,
      verb: query.verb ?? null,
      before,
      limit: query.limit,
    });
    return toPage(
      found,
      query.limit,
      ({ sequence }) => [sequence],
      ({ detail, ...entry }) => ({ ...entry, detail: asRecord(detail) }),
    );
  });
  bind(app, services, 'verifyAudit', verifyAudit);
}

function asRecord(detail: unknown): Record<string, unknown> {
  return detail !== null && typeof detail === 'object' && !Array.isArray(detail) ? { ...detail } : { detail };
}
