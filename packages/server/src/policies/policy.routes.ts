import type { FastifyInstance } from 'fastify';
import { listAssetViews } from '../inventory/inventory.queries.ts';
import { bind } from '../platform/bind.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { describePolicy, describeSpec } from './describe-policy.ts';
import { listPolicies } from './policy.queries.ts';
import { checkPolicy, findPolicy, putPolicy } from './put-policy.ts';

/** Binds the policies' endpoints. */
export function registerPoliciesRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'listPolicies', async (ctx, { query }) => {
    const after = String(readCursor(query.cursor, 1)?.[0] ?? '');
    const [policies, assets] = [await listPolicies(ctx.db, after, query.limit), await listAssetViews(ctx.db)];
    return toPage(
      policies,
      query.limit,
      ({ name }) => [name],
      (policy) => describePolicy(policy, assets, ctx.now),
    );
  });
  bind(app, services, 'readPolicy', async (ctx, { params }) =>
    describePolicy(await findPolicy(ctx, params.name), await listAssetViews(ctx.db), ctx.now),
  );
  bind(app, services, 'putPolicy', async (ctx, { params, body }) => {
    const { policy, assets } = await putPolicy(ctx, params.name, body.yaml);
    return describePolicy(policy, assets, ctx.now);
  });
  bind(app, services, 'checkPolicy', async (ctx, { body }) => {
    const { assets, ...checked } = await checkPolicy(ctx, body.yaml);
    return describeSpec(checked, assets, ctx.now);
  });
}
