import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import type { Ctx } from '../platform/context.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { approveChange, endChange } from './approve-change.ts';
import { type ChangeView, listChangeViews, readChangeView } from './change.queries.ts';
import { createChange } from './create-change.ts';
import { describeChanges } from './describe-change.ts';

/** Binds the endpoints of changes. */
export function registerChangesRoutes(app: FastifyInstance, services: Services): void {
  const etag = ({ digest }: { digest: string | null }) => digest;
  bind(app, services, 'listChanges', async (ctx, { query }) => {
    const before = readCursor(query.cursor, 1)?.[0];
    const found = await listChangeViews(ctx.db, {
      state: query.state ?? null,
      before: typeof before === 'number' ? before : null,
      limit: query.limit,
    });
    const page = toPage(
      found,
      query.limit,
      ({ number }) => [number],
      (view) => view,
    );
    return { ...page, data: await describeChanges(ctx, page.data) };
  });
  bind(app, services, 'readChange', { run: (ctx, { params }) => read(ctx, params.id) });
  bind(app, services, 'createChange', async (ctx, { body }) => read(ctx, await createChange(ctx, body)));
  bind(app, services, 'approveChange', {
    etag,
    run: async (ctx, { params, ifMatch, body }) =>
      read(ctx, await approveChange(ctx, params.id, ifMatch, body.signature)),
  });
  bind(app, services, 'rejectChange', async (ctx, { params, body }) =>
    read(ctx, await endChange(ctx, params.id, 'reject', body.reason)),
  );
  bind(app, services, 'cancelChange', async (ctx, { params, body }) =>
    read(ctx, await endChange(ctx, params.id, 'cancel', body.reason)),
  );
}

async function read(ctx: Ctx, id: string) {
  const view: ChangeView | null = await readChangeView(ctx.db, id);
  const [change] = view === null ? [] : await describeChanges(ctx, [view]);
  if (change === undefined) throw new Problem('not-found', `There is no change "${id}".`);
  return change;
}
