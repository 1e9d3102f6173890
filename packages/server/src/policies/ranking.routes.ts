import type { Output } from '@fleetmend/api/client.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { mostPoints } from '@fleetmend/domain/policies/ranking-model.ts';
import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { putRanking } from './put-ranking.ts';
import { listRankingVersions, type RankingVersion, readRanking, readRankingVersion } from './ranking.queries.ts';

/** Binds the endpoints of the ranking's weights. */
export function registerRankingRoutes(app: FastifyInstance, services: Services): void {
  const etag = ({ version }: { version: number }) => String(version);
  bind(app, services, 'readRanking', {
    etag,
    run: async (ctx, { query }) => {
      const wanted = query.version;
      const ranking = wanted === undefined ? await readRanking(ctx.db) : await readRankingVersion(ctx.db, wanted);
      if (ranking === null) throw new Problem('not-found', `There is no version ${wanted} of the ranking.`);
      return describe(ranking);
    },
  });
  bind(app, services, 'listRankingVersions', async (ctx, { query }) => {
    const before = Number(readCursor(query.cursor, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
    return toPage(
      await listRankingVersions(ctx.db, Math.min(before, 2_147_483_647), query.limit),
      query.limit,
      ({ version }) => [version],
      describe,
    );
  });
  bind(app, services, 'putRanking', {
    etag,
    run: async (ctx, { body, ifMatch }) => describe(await putRanking(ctx, body.yaml, ifMatch)),
  });
}

function describe({ version, yaml, weights, written_at, written_by }: RankingVersion): Output<'readRanking'> {
  return { version, yaml, weights, most_points: mostPoints(weights), written_at, written_by };
}
