import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import { bindEvents } from '../platform/bind-events.ts';
import type { Ctx } from '../platform/context.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { describeRollout } from './describe-rollout.ts';
import { type Action, operateRollout, startRollout } from './operate-rollout.ts';
import { listRolloutViews } from './rollout.queries.ts';

const ACTIONS = {
  pauseRollout: 'pause',
  resumeRollout: 'resume',
  stopRollout: 'stop',
  rollBackRollout: 'rollback',
  retryRollout: 'retry',
} as const satisfies Record<string, Action>;

/** Binds the endpoints of rollouts. */
export function registerRolloutsRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'listRollouts', async (ctx, { query }) => {
    const before = readCursor(query.cursor, 1)?.[0];
    const found = await listRolloutViews(ctx.db, {
      state: query.state ?? null,
      before: typeof before === 'number' ? before : null,
      limit: query.limit,
    });
    return toPage(
      found,
      query.limit,
      ({ number }) => [number],
      (view) => describeRollout(view, ctx.now),
    );
  });
  bind(app, services, 'startRollout', async (ctx, { body }) => read(ctx, await startRollout(ctx, body.change)));
  bind(app, services, 'readRollout', (ctx, { params }) => read(ctx, params.id));
  bindEvents(app, services, 'watchRollout', {
    subject: ({ params }) => `rollout:${params.id.toUpperCase()}`,
    read: (ctx, { params }) => read(ctx, params.id),
  });
  for (const [name, action] of Object.entries(ACTIONS) as [keyof typeof ACTIONS, Action][]) {
    bind(app, services, name, async (ctx, { params, body }) =>
      read(ctx, await operateRollout(ctx, params.id, action, body.reason)),
    );
  }
}

async function read(ctx: Ctx, id: string) {
  const [view] = await listRolloutViews(ctx.db, { id });
  if (view === undefined) throw new Problem('not-found', `There is no rollout "${id}".`);
  return describeRollout(view, ctx.now);
}
