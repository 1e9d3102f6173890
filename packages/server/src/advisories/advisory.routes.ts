import type { FastifyInstance } from 'fastify';
import { answerSlowly } from '../platform/answer-slowly.ts';
import { bind } from '../platform/bind.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { listAdvisoryRows, listRuleRows } from './advisory.queries.ts';
import { describeAdvisory, describeRule } from './describe-advisory.ts';
import { importBundle } from './import-bundle.ts';
import { importFeed } from './import-feed.ts';

/** Binds the import of a feed, and the lists of what feeds say. */
export function registerAdvisoriesRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'importFeed', {
    isOwnTransaction: true,
    run: (ctx, { params, octets }) => importFeed(ctx, params.id, octets),
  });
  bind(app, services, 'importFeedBundle', {
    isOwnTransaction: true,
    // Feeds of gigabytes take longer to load than a client waits for an answer to begin.
    run: (ctx, { octets, reply }) => importBundle(ctx, octets, (load) => answerSlowly(reply, load)),
  });
  bind(app, services, 'listAdvisories', async (ctx, { query }) => {
    const found = await listAdvisoryRows(ctx.db, {
      search: query.search ?? '',
      feed: query.feed ?? null,
      after: readCursor(query.cursor, 2),
      limit: query.limit,
    });
    return toPage(found, query.limit, ({ id, feed }) => [id.toLowerCase(), feed], describeAdvisory);
  });
  bind(app, services, 'listAdvisoryRules', async (ctx, { params, query }) => {
    const after = Number(readCursor(query.cursor, 1)?.[0] ?? 0) || 0;
    const found = await listRuleRows(ctx.db, params.id, Math.min(after, 2_147_483_647), query.limit);
    return toPage(found, query.limit, ({ id }) => [id], describeRule);
  });
}
