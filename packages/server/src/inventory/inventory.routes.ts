import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import type { Ctx } from '../platform/context.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { approveAsset, putEnrolmentRule, rejectAsset } from './admit-asset.ts';
import { describeAsset, type ReadSituations } from './describe-asset.ts';
import { findAsset, retireAsset, updateAsset } from './edit-asset.ts';
import { createEnrolmentCode } from './enrol-asset.ts';
import { type AssetView, listAssetViews, listSoftware, listTimeline } from './inventory.queries.ts';
import { readNeedsApproval } from './inventory.store.ts';
import { readEnrolment } from './read-enrolment.ts';
import { readSupport } from './read-support.ts';
import { selectAssets } from './select-assets.ts';
import { openServerKey } from './server-key.ts';

export interface InventoryEdges {
  readSituations: ReadSituations;
  /** What is pasted on a machine to enrol it: it names this server, its key and the root in force, and hands over the code. */
  enrolCommand(ctx: Ctx, words: { id: string; code: string; server_key: string; is_again: boolean }): Promise<string>;
}

/** Binds the inventory's endpoints. */
export function registerInventoryRoutes(
  app: FastifyInstance,
  services: Services,
  { readSituations, enrolCommand }: InventoryEdges,
): void {
  const describe = async (ctx: Ctx, asset: AssetView) =>
    describeAsset(
      ctx,
      asset,
      (await readSupport(ctx, [asset]))(asset),
      (await readSituations(ctx, [asset])).get(asset.id),
    );
  const etag = (asset: { version: number }) => String(asset.version);

  bind(app, services, 'listAssets', async (ctx, { query }) => {
    const assets = selectAssets(await listAssetViews(ctx.db), query.filter ?? '');
    const situations = await readSituations(ctx, assets);
    const support = await readSupport(ctx, assets);
    const after = readCursor(query.cursor, 2);
    const described = assets
      .map((asset) => describeAsset(ctx, asset, support(asset), situations.get(asset.id)))
      .filter((asset) => query.state === undefined || asset.state === query.state)
      .filter((asset) => query.liveness === undefined || asset.liveness === query.liveness)
      .filter(({ hostname, id }) => after === null || [hostname, id].join('\n') > after.join('\n'));
    return toPage(
      described,
      query.limit,
      ({ hostname, id }) => [hostname, id],
      (asset) => asset,
    );
  });
  bind(app, services, 'readAsset', {
    etag,
    run: async (ctx, { params }) => describe(ctx, await findAsset(ctx, params.id)),
  });
  bind(app, services, 'updateAsset', {
    etag,
    run: async (ctx, { params, ifMatch, body }) => describe(ctx, await updateAsset(ctx, params.id, ifMatch, body)),
  });
  bind(app, services, 'retireAsset', async (ctx, { params }) => {
    await retireAsset(ctx, params.id);
    return null;
  });
  bind(app, services, 'readEnrolment', (ctx, { params }) => readEnrolment(ctx, params.id));
  bind(app, services, 'approveAsset', async (ctx, { params }) => describe(ctx, await approveAsset(ctx, params.id)));
  bind(app, services, 'rejectAsset', async (ctx, { params }) => {
    await rejectAsset(ctx, params.id);
    return null;
  });
  bind(app, services, 'readEnrolmentRule', async (ctx) => ({ needs_approval: await readNeedsApproval(ctx.db) }));
  bind(app, services, 'putEnrolmentRule', (ctx, { body }) => putEnrolmentRule(ctx, body));
  bind(app, services, 'listAssetSoftware', async (ctx, { params, query }) => {
    const asset = await findAsset(ctx, params.id);
    const after = readCursor(query.cursor, 3);
    const found = await listSoftware(ctx.db, {
      asset: asset.id,
      at: query.at ?? null,
      search: query.search ?? '',
      after,
      limit: query.limit,
    });
    return toPage(
      found,
      query.limit,
      ({ name, architecture, version }) => [name, architecture, version],
      (software) => software,
    );
  });
  bind(app, services, 'listAssetTimeline', async (ctx, { params, query }) => {
    const asset = await findAsset(ctx, params.id);
    const before = Number(readCursor(query.cursor, 1)?.[0] ?? Number.NaN);
    const found = await listTimeline(ctx.db, asset.id, Number.isSafeInteger(before) ? before : null, query.limit);
    return toPage(
      found,
      query.limit,
      ({ id }) => [id],
      ({ at, kind, text, change }) => ({ at, kind, text, change }),
    );
  });
  bind(app, services, 'createEnrolmentCode', async (ctx, { body }) => {
    const code = await createEnrolmentCode(ctx, body);
    const { publicKey } = await openServerKey(ctx.db, ctx.settings.data_dir);
    return {
      ...code,
      command: await enrolCommand(ctx, {
        ...code,
        server_key: publicKey,
        is_again: body.asset !== undefined,
      }),
    };
  });
}
