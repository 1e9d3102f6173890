import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import type { Services } from '../platform/http.ts';
import { importFeed } from './import-feed.ts';

/** Binds the import of a feed. */
export function registerAdvisoriesRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'importFeed', {
    isOwnTransaction: true,
    run: (ctx, { params, octets }) => importFeed(ctx, params.id, octets),
  });
}
