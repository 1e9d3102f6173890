import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import type { Services } from '../platform/http.ts';
import { listKpis } from './list-kpis.ts';
import { readOverview } from './read-overview.ts';

/** Binds the KPIs and the overview. */
export function registerKpisRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'listKpis', async (ctx) => ({ data: await listKpis(ctx), next_cursor: null }));
  bind(app, services, 'readOverview', readOverview);
}
