import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import type { Ctx } from '../platform/context.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { listDiscoveredRows, listPairDecisionRows, listSavedViewRows } from './asset-care.queries.ts';
import { deleteSavedView, forgetDiscoveredRow, upsertSavedView } from './asset-care.store.ts';
import { compareSoftware } from './compare-software.ts';
import { decidePair, describePairDecision, undoPairDecision } from './decide-pair.ts';
import { editAssets } from './edit-assets.ts';
import { importAssets } from './import-assets.ts';
import { listDuplicates } from './list-duplicates.ts';
import { listFacets } from './list-facets.ts';

/** Binds what people do about machines as a whole: many at once, those that stand here twice, those not enrolled yet. */
export function registerAssetCareRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'editAssets', (ctx, { body }) => editAssets(ctx, body));
  bind(app, services, 'importAssets', (ctx, { body }) => importAssets(ctx, body));
  bind(app, services, 'listAssetFacets', (ctx, { query }) => listFacets(ctx, query.filter ?? ''));
  bind(app, services, 'compareSoftware', (ctx, { params, query }) => compareSoftware(ctx, params.id, query));

  bind(app, services, 'listDiscovered', async (ctx, { query }) => {
    const after = readCursor(query.cursor, 1)?.[0];
    const found = await listDiscoveredRows(ctx.db, after === undefined ? null : String(after), query.limit);
    return toPage(
      found,
      query.limit,
      ({ hostname }) => [hostname],
      (row) => row,
    );
  });
  bind(app, services, 'forgetDiscovered', async (ctx, { params }) => {
    if (!(await forgetDiscoveredRow(ctx.db, params.id)))
      throw new Problem('not-found', `No list names a machine "${params.id}".`);
    return null;
  });

  bind(app, services, 'listSavedViews', async (ctx) => ({ data: await listSavedViewRows(ctx.db, personOf(ctx)) }));
  bind(app, services, 'saveView', async (ctx, { params, body }) => {
    const view = { name: params.id, search: body };
    await upsertSavedView(ctx.db, { person: personOf(ctx), ...view }, ctx.now);
    return view;
  });
  bind(app, services, 'deleteView', async (ctx, { params }) => {
    if (!(await deleteSavedView(ctx.db, personOf(ctx), params.id)))
      throw new Problem('not-found', `You have saved no view "${params.id}".`);
    return null;
  });

  bind(app, services, 'listDuplicates', (ctx, { query }) => listDuplicates(ctx, query.limit));
  bind(app, services, 'decidePair', (ctx, { body }) => decidePair(ctx, body));
  bind(app, services, 'undoPairDecision', (ctx, { params }) => undoPairDecision(ctx, params.id));
  bind(app, services, 'listPairDecisions', async (ctx, { query }) => {
    const before = readCursor(query.cursor, 1)?.[0];
    const found = await listPairDecisionRows(ctx.db, before === undefined ? null : String(before), query.limit);
    return toPage(
      found,
      query.limit,
      ({ id }) => [id],
      (row) => describePairDecision(row, ctx.now),
    );
  });
}

function personOf(ctx: Ctx): string {
  return ctx.actor.kind === 'person' ? ctx.actor.person : '';
}
