import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import type { Services } from '../platform/http.ts';
import { listAdvisoryAssets } from './list-advisory-assets.ts';
import { readAdvisory } from './read-advisory.ts';

/** Binds what findings tell of an advisory. */
export function registerFindingsRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'readAdvisory', (ctx, { params }) => readAdvisory(ctx, params.id));
  bind(app, services, 'listAdvisoryAssets', (ctx, given) => listAdvisoryAssets(ctx, given));
}
