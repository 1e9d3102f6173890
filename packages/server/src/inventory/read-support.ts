import { operatingSystem } from '@fleetmend/domain/inventory/operating-system.ts';
import { productOfSystem, type SystemSupport, supportOfSystem } from '@fleetmend/domain/inventory/support-of-system.ts';
import { readReleaseCycles } from '../advisories/release-cycle.queries.ts';
import type { Ctx } from '../platform/context.ts';
import type { AssetView } from './inventory.queries.ts';

/** Until when the system of each asset is mended, today; null where that is not known. */
export async function readSupport(
  ctx: Pick<Ctx, 'db' | 'now'>,
  assets: readonly Pick<AssetView, 'facts'>[],
): Promise<(asset: Pick<AssetView, 'facts'>) => SystemSupport | null> {
  const systems = assets.flatMap((asset) => systemOf(asset) ?? []);
  const cycles = await readReleaseCycles(ctx.db, [...new Set(systems.map(productOfSystem))]);
  const day = ctx.now.toISOString().slice(0, 10);
  return (asset) => {
    const os = systemOf(asset);
    return os === null ? null : supportOfSystem(os, cycles, day);
  };
}

function systemOf({ facts }: Pick<AssetView, 'facts'>) {
  return facts === null ? null : operatingSystem(facts.os.id, facts.os.version_id);
}
