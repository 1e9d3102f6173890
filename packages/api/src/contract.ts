import { accessEndpoints } from './access.ts';
import { advisoriesEndpoints } from './advisories.ts';
import { agentlessEndpoints } from './agentless.ts';
import { assetCareEndpoints } from './asset-care.ts';
import { auditEndpoints } from './audit.ts';
import { changesEndpoints } from './changes.ts';
import type { Endpoint } from './endpoint.ts';
import { feedsEndpoints } from './feeds.ts';
import { findingsEndpoints } from './findings.ts';
import { inventoryEndpoints } from './inventory.ts';
import { kpisEndpoints } from './kpis.ts';
import { notificationsEndpoints } from './notifications.ts';
import { patchesEndpoints } from './patches.ts';
import { policiesEndpoints } from './policies.ts';
import { rankingEndpoints } from './ranking.ts';
import { rolloutsEndpoints } from './rollouts.ts';
import { vexEndpoints } from './vex.ts';

/** Everything people and programs can ask of the server. */
export const contract = {
  ...accessEndpoints,
  ...advisoriesEndpoints,
  ...agentlessEndpoints,
  ...assetCareEndpoints,
  ...auditEndpoints,
  ...changesEndpoints,
  ...feedsEndpoints,
  ...findingsEndpoints,
  ...inventoryEndpoints,
  ...kpisEndpoints,
  ...notificationsEndpoints,
  ...patchesEndpoints,
  ...policiesEndpoints,
  ...rankingEndpoints,
  ...rolloutsEndpoints,
  ...vexEndpoints,
} as const satisfies Record<string, Endpoint>;

export type Contract = typeof contract;
export type EndpointName = keyof Contract;
