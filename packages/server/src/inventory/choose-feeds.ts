import { whyWanted } from '@fleetmend/domain/inventory/why-wanted.ts';
import { ECOSYSTEMS } from '@fleetmend/domain/versions/ecosystems.ts';
import { recordReasons } from '../feeds/feed.store.ts';
import type { AdvisorySource } from '../feeds/feed-source.ts';
import { type AdvisoryFeedId, advisoryFeeds } from '../feeds/registry.ts';
import type { Ctx } from '../platform/context.ts';
import { countSystems, listInstalledEcosystems } from './inventory.queries.ts';

/** Tells the feeds which of them speak of what there is, so that a site reads no feed that it has no machine for. */
export async function chooseFeeds(ctx: Ctx): Promise<void> {
  const systems = await countSystems(ctx.db);
  const ecosystems = await listInstalledEcosystems(ctx.db, ECOSYSTEMS);
  const reasons = new Map<AdvisoryFeedId, string | null>();
  for (const { id, platforms } of Object.values<AdvisorySource & { id: AdvisoryFeedId }>(advisoryFeeds))
    reasons.set(id, platforms === null ? null : whyWanted(platforms, systems, ecosystems));
  await recordReasons(ctx.db, reasons);
}
