import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import type { Logger } from 'pino';
import { accessJobs } from './access/access.jobs.ts';
import { registerAccessRoutes } from './access/access.routes.ts';
import { authenticate } from './access/authenticate.ts';
import { enrolCommand } from './access/enrol-command.ts';
import { advisoriesJobs } from './advisories/advisory.jobs.ts';
import { registerAdvisoriesRoutes } from './advisories/advisory.routes.ts';
import { registerAuditRoutes } from './audit/audit.routes.ts';
import { changesJobs } from './changes/change.jobs.ts';
import { readOpenChanges } from './changes/change.queries.ts';
import { registerChangesRoutes } from './changes/change.routes.ts';
import { registerAgentRoutes } from './deployments/agent.routes.ts';
import { registerDeploymentsRoutes } from './deployments/deployment.routes.ts';
import { deploymentsJobs } from './deployments/issue-order.ts';
import { feedsJobs } from './feeds/feed.jobs.ts';
import { registerFeedsRoutes } from './feeds/feed.routes.ts';
import { findingsJobs } from './findings/finding.jobs.ts';
import { registerFindingsRoutes } from './findings/finding.routes.ts';
import { registerVexRoutes } from './findings/vex.routes.ts';
import { registerAgentlessRoutes } from './inventory/agentless/agentless.routes.ts';
import { registerAssetCareRoutes } from './inventory/asset-care.routes.ts';
import { inventoryJobs } from './inventory/inventory.jobs.ts';
import { registerInventoryRoutes } from './inventory/inventory.routes.ts';
import { registerKpisRoutes } from './kpis/kpi.routes.ts';
import { notificationsJobs } from './notifications/notification.jobs.ts';
import { registerNotificationsRoutes } from './notifications/notification.routes.ts';
import { readSituations } from './patches/asset-situation.ts';
import { patchesJobs } from './patches/patch.jobs.ts';
import { registerPatchesRoutes } from './patches/patch.routes.ts';
import type { Settings } from './platform/context.ts';
import type { Db } from './platform/database.ts';
import { platformJobs } from './platform/forget-old-requests.ts';
import { openHttp, type Services } from './platform/http.ts';
import type { Job } from './platform/jobs.ts';
import type { Listener } from './platform/listen.ts';
import { registerPoliciesRoutes } from './policies/policy.routes.ts';
import { registerRankingRoutes } from './policies/ranking.routes.ts';
import { rolloutsJobs } from './rollouts/rollout.jobs.ts';
import { registerRolloutsRoutes } from './rollouts/rollout.routes.ts';

/** The one place that knows every stage: what a stage needs of those downstream of it is handed to it here. */
export async function openApp(ground: {
  db: Db;
  pool: pg.Pool;
  listener: Listener;
  log: Logger;
  settings: Settings;
}): Promise<FastifyInstance> {
  const services: Services = { ...ground, authenticate: (request, now) => authenticate(ground, request, now) };
  const app = await openHttp(ground.log);
  registerAccessRoutes(app, services);
  registerAuditRoutes(app, services);
  registerFeedsRoutes(app, services);
  registerAdvisoriesRoutes(app, services);
  registerInventoryRoutes(app, services, {
    readSituations: (ctx, assets) => readSituations(ctx, assets, readOpenChanges),
    enrolCommand,
  });
  registerAssetCareRoutes(app, services);
  registerFindingsRoutes(app, services);
  registerAgentlessRoutes(app, services);
  registerVexRoutes(app, services);
  registerPoliciesRoutes(app, services);
  registerRankingRoutes(app, services);
  registerPatchesRoutes(app, services, { readOpenChanges });
  registerChangesRoutes(app, services);
  registerRolloutsRoutes(app, services);
  registerDeploymentsRoutes(app, services);
  await registerAgentRoutes(app, services);
  registerKpisRoutes(app, services);
  registerNotificationsRoutes(app, services);
  return app;
}

/** Every kind of background work. */
export const jobs: Record<string, Job> = {
  ...platformJobs,
  ...accessJobs,
  ...feedsJobs,
  ...inventoryJobs,
  ...advisoriesJobs,
  ...findingsJobs,
  ...patchesJobs,
  ...changesJobs,
  ...rolloutsJobs,
  ...deploymentsJobs,
  ...notificationsJobs,
};
