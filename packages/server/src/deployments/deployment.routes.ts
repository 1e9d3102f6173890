import type { FastifyInstance } from 'fastify';
import { findAsset } from '../inventory/edit-asset.ts';
import { bind } from '../platform/bind.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { listLog } from './deployment.store.ts';

/** Binds what people can read of deployments. */
export function registerDeploymentsRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'readDeploymentLog', async (ctx, { params, query }) => {
    const asset = await findAsset(ctx, params.asset);
    const after = readCursor(query.cursor, 2);
    const found = await listLog(ctx.db, {
      rollout: params.id.toUpperCase(),
      asset: asset.id,
      after,
      limit: query.limit,
    });
    return toPage(
      found,
      query.limit,
      ({ place, sequence }) => [place, sequence],
      ({ at, step, text }) => ({ at, step, text }),
    );
  });
}
