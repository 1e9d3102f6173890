import {
  AGENT_PATHS,
  checkInRequest,
  checkInResponse,
  enrolRequest,
  enrolResponse,
  factsReport,
  inventoryReport,
  orderEvents,
  planAnswer,
  updatesReport,
} from '@fleetmend/api/agent-protocol.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { toHex } from '@fleetmend/domain/access/bytes.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readCurrentRoot } from '../access/trust-root.queries.ts';
import { receivePlan } from '../changes/plan-change.ts';
import { enrolAsset } from '../inventory/enrol-asset.ts';
import { bindHost } from '../inventory/host-request.ts';
import { setAssetFacts, setAssetUpdates } from '../inventory/inventory.store.ts';
import { receiveInventory } from '../inventory/receive-inventory.ts';
import { requestFindings } from '../inventory/request-findings.ts';
import type { Ctx } from '../platform/context.ts';
import type { Services } from '../platform/http.ts';
import { readOrganization } from '../platform/organization.ts';
import { checkIn } from './check-in.ts';
import { receiveOrderEvents } from './receive-order-events.ts';

const done = z.object({});

/** Binds the agent protocol: the one place where hosts speak, because its answers carry what later stages ask of them. */
export function registerAgentRoutes(app: FastifyInstance, services: Services): void {
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
      const asset = await enrolAsset(ctx, enrolment);
      return { asset, organization: (await readOrganization(db)).id, roots: (await readCurrentRoot(db))?.chain ?? [] };
    }),
  );
  bindHost(app, services, { path: AGENT_PATHS.checkIn, body: checkInRequest, answer: checkInResponse }, checkIn);
  bindHost(
    app,
    services,
    { path: AGENT_PATHS.inventory, body: inventoryReport, answer: done },
    async (ctx, asset, report) => {
      await receiveInventory(ctx, asset, report);
      return {};
    },
  );
  bindHost(
    app,
    services,
    { path: AGENT_PATHS.updates, body: updatesReport, answer: done },
    async (ctx, asset, { digest, updates }) => {
      checkDigest(updates, digest);
      await setAssetUpdates(ctx.db, asset.id, digest, updates, ctx.now);
      await requestFindings(ctx, asset.id);
      return {};
    },
  );
  bindHost(
    app,
    services,
    { path: AGENT_PATHS.facts, body: factsReport, answer: done },
    async (ctx, asset, { digest, facts }) => {
      checkDigest(facts, digest);
      await setAssetFacts(ctx.db, asset.id, digest, facts, ctx.now);
      await requestFindings(ctx, asset.id);
      return {};
    },
  );
  bindHost(
    app,
    services,
    { path: AGENT_PATHS.plan, body: planAnswer, answer: done },
    async (ctx, asset, { id, answer }) => {
      await receivePlan(ctx, asset.id, id, answer);
      return {};
    },
  );
  bindHost(
    app,
    services,
    { path: AGENT_PATHS.orderEvents, body: orderEvents, answer: done },
    async (ctx, asset, events) => {
      await receiveOrderEvents(ctx, asset, events);
      return {};
    },
  );
}

/** Updates and facts are addressed by the SHA-256 of their canonical JSON; what a host claims only has to agree. */
function checkDigest(value: unknown, digest: string): void {
  if (toHex(nodeCryptography.sha256(canonicalJson(value as Json))) !== digest) {
    throw new Problem('inventory-digest-mismatch', 'The report does not add up to its digest.');
  }
}
