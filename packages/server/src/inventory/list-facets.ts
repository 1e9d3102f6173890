import type { Output } from '@fleetmend/api/client.ts';
import type { Ctx } from '../platform/context.ts';
import { type AssetView, listAssetViews } from './inventory.queries.ts';
import { selectAssets } from './select-assets.ts';

const FIELDS = ['owner', 'service_group', 'criticality', 'data_sensitivity', 'exposure'] as const;
/** A label with more values than this is a name and no way to narrow a list. */
const MOST_VALUES = 50;

/** How many of the assets that match have which value of each fact and label; the fullest facets and values first. */
export async function listFacets(ctx: Ctx, filter: string): Promise<Output<'listAssetFacets'>> {
  const assets = selectAssets(await listAssetViews(ctx.db), filter);
  const counts = new Map<string, Map<string, number>>();
  for (const asset of assets) {
    for (const [key, value] of valuesOf(asset)) {
      const values = counts.get(key) ?? new Map<string, number>();
      values.set(value, (values.get(value) ?? 0) + 1);
      counts.set(key, values);
    }
  }
  const facets = [...counts]
    .filter(([, values]) => values.size <= MOST_VALUES)
    .map(([key, values]) => ({
      key,
      values: [...values]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    }));
  return { total: assets.length, facets };
}

function valuesOf(asset: AssetView): [string, string][] {
  const facts = FIELDS.flatMap((key): [string, string][] => (asset[key] === null ? [] : [[key, asset[key]]]));
  const os: [string, string][] = asset.facts === null ? [] : [['os', asset.facts.os.id]];
  return [...os, ...facts, ...Object.entries(asset.labels)];
}
