import {
  AGENT_PATHS,
  checkInRequest,
  enrolRequest,
  enrolResponse,
  orderEvents,
  planAnswer,
  WAIT_SECONDS,
} from '@fleetmend/api/agent-protocol.ts';
import { keySuccession } from '@fleetmend/api/key-succession.ts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readCurrentRoot } from '../access/trust-root.queries.ts';
import { receivePlan } from '../changes/plan-change.ts';
import { enrolAsset } from '../inventory/enrol-asset.ts';
import { bindHost, hostScope, withAsset } from '../inventory/host-request.ts';
import { openHosts } from '../inventory/hosts.ts';
import { openSession } from '../inventory/open-session.ts';
import { rotateHostKey } from '../inventory/rotate-host-key.ts';
import { openSoftwareLibrary } from '../inventory/software-library.ts';
import { waitForNews } from '../inventory/wait-for-news.ts';
import type { Ctx } from '../platform/context.ts';
import type { Services } from '../platform/http.ts';
import { readOrganization } from '../platform/organization.ts';
import { checkIn, hasUntold, openCheckIns } from './check-in.ts';
import { receiveOrderEvents } from './receive-order-events.ts';

/** Binds the agent protocol: the one place where hosts speak, because its answers carry what later stages ask of them. */
export async function registerAgentRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const hosts = await openHosts(services);
  app.addHook('onClose', () => hosts.close());
  const means = { services, hosts };
  const checkIns = openCheckIns(services, hosts, openSoftwareLibrary(services.db));

  const enrolSchema = { hide: true, body: enrolRequest, response: { 200: enrolResponse } };
  app.post(AGENT_PATHS.enrol, { schema: enrolSchema }, (request) =>
    services.db.transaction().execute(async (db) => {
      const enrolment = request.body as z.infer<typeof enrolRequest>;
      const actor = { kind: 'system', label: `enrolment of ${enrolment.hostname}` } as const;
      const ctx: Ctx = {
        db,
        actor,
        now: new Date(),
        log: services.log,
        settings: services.settings,
        request_id: request.id,
      };
      return {
        asset: await enrolAsset(ctx, enrolment),
        organization: (await readOrganization(db)).id,
        server_key: hosts.server.publicKey,
        roots: (await readCurrentRoot(db))?.chain ?? [],
      };
    }),
  );
  hostScope(app, (scope) => {
    const forHosts = { schema: { hide: true }, config: { isForHosts: true } };
    scope.post(AGENT_PATHS.session, forHosts, (request, reply) => openSession(means, request, reply));
    bindHost(scope, means, { path: AGENT_PATHS.checkIn, body: checkInRequest, turns: true }, (ctx, host, request) =>
      checkIn(ctx, checkIns, host, request),
    );
    bindHost(
      scope,
      means,
      { path: AGENT_PATHS.wait, body: z.strictObject({}), waits: true },
      async (ctx, host, _body, gone) =>
        (await hasUntold(ctx, checkIns, host)) ? {} : waitForNews(host, WAIT_SECONDS, gone),
    );
    bindHost(scope, means, { path: AGENT_PATHS.plan, body: planAnswer }, (ctx, host, { id, answer }) =>
      withAsset(ctx, host, async (inside, asset) => {
        await receivePlan(inside, asset.id, id, answer);
        return null;
      }),
    );
    bindHost(scope, means, { path: AGENT_PATHS.nextKey, body: keySuccession }, (ctx, host, succession) =>
      withAsset(ctx, host, async (inside, asset) => {
        await rotateHostKey(inside, asset, succession);
        return null;
      }),
    );
    bindHost(scope, means, { path: AGENT_PATHS.orderEvents, body: orderEvents }, (ctx, host, events) =>
      withAsset(ctx, host, async (inside, asset) => {
        await receiveOrderEvents(inside, asset, events);
        return null;
      }),
    );
  });
}
