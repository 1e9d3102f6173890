import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyInstance } from 'fastify';
import { recordAudit } from '../audit/record-audit.ts';
import { bind } from '../platform/bind.ts';
import { enqueue } from '../platform/context.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { describeFeed } from './describe-feed.ts';
import { exportFeeds, findFeedFile } from './export-feeds.ts';
import { listFeedRows, readFeedRow } from './feed.queries.ts';
import { releaseFeed } from './feed.store.ts';
import { isFeedId } from './registry.ts';

/** Binds what concerns a feed itself; loading one is the advisories' work. */
export function registerFeedsRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'listFeeds', async (ctx, { query }) => {
    const after = readCursor(query.cursor, 1)?.[0] ?? '';
    const found = (await listFeedRows(ctx.db)).filter(({ id }) => id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
    return toPage(
      found,
      query.limit,
      ({ id }) => [id],
      (row) => describeFeed(row, ctx.now),
    );
  });
  bind(app, services, 'syncFeed', async (ctx, { params: { id } }) => {
    if (!isFeedId(id)) throw new Problem('not-found', `There is no feed "${id}".`);
    await enqueue(ctx, 'advisories.load-feed', { feed: id }, { key: `feed:${id}` });
    await recordAudit(ctx, { verb: 'feed.sync', object: `feed/${id}`, detail: {} });
    return describeFeed(await readFeedRow(ctx.db, id), ctx.now);
  });
  bind(app, services, 'releaseFeed', async (ctx, { params: { id } }) => {
    if (!isFeedId(id)) throw new Problem('not-found', `There is no feed "${id}".`);
    const released = await releaseFeed(ctx.db, id);
    if (released === null) throw new Problem('state-conflict', `Nothing of "${id}" is held back.`);
    await enqueue(ctx, 'advisories.load-feed', { feed: id }, { key: `feed:${id}` });
    await recordAudit(ctx, { verb: 'feed.release', object: `feed/${id}`, detail: released });
    return describeFeed(await readFeedRow(ctx.db, id), ctx.now);
  });
  bind(app, services, 'exportFeeds', (ctx, { body }) => exportFeeds(ctx, body.feeds));
  bind(app, services, 'readFeedFile', async (ctx, { params: { id, name }, reply }) => {
    const file = await findFeedFile(ctx, id, name);
    reply.hijack();
    const headers = { 'content-type': 'application/octet-stream', 'x-content-type-options': 'nosniff' };
    reply.raw.writeHead(200, { ...headers, 'content-length': file.bytes, 'cache-control': 'no-store' });
    // Whoever goes away in the middle has nothing to be told.
    await pipeline(createReadStream(file.path), reply.raw).catch(() => undefined);
    return null;
  });
}
