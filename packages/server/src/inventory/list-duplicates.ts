import type { Output } from '@fleetmend/api/client.ts';
import { type DuplicatePair, findDuplicates, type TwinReading } from '@fleetmend/domain/inventory/find-duplicates.ts';
import type { Ctx } from '../platform/context.ts';
import { listDecidedPairs } from './asset-care.queries.ts';
import { reachedBy, readLiveness } from './describe-asset.ts';
import { type AssetView, listAssetViews } from './inventory.queries.ts';

type Duplicate = Output<'listDuplicates'>['data'][number];

const SENTENCES: Readonly<Record<TwinReading, string>> = {
  two_ways:
    'One machine that is reached two ways: its agent speaks for it, and it is read over SSH. Keep the one with the agent.',
  re_enrolled: 'One machine that was enrolled again: the older record fell silent, and the system kept its id.',
  re_imaged:
    'Probably one machine that was set up anew: the older record fell silent, and its name or hardware came back.',
  cloned: 'Two machines made from one image: both report. Give the newer one an id of its own.',
  same_name: 'Two machines with one name: both report.',
};

/** Pairs of records that may be one machine and about which nobody has decided. */
export async function listDuplicates(ctx: Ctx, limit: number): Promise<Output<'listDuplicates'>> {
  const assets = await listAssetViews(ctx.db);
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  const decided = new Set((await listDecidedPairs(ctx.db)).map(({ kept, other }) => pairKey(kept, other)));
  const open = pairsOf(ctx, assets).filter(({ older, newer }) => !decided.has(pairKey(older, newer)));
  const data = open.slice(0, limit).flatMap((pair) => {
    const [older, newer] = [byId.get(pair.older), byId.get(pair.newer)];
    return older === undefined || newer === undefined ? [] : [describe(ctx, pair, older, newer)];
  });
  return { total: open.length, data };
}

/** All pairs of these assets, decided or not. */
export function pairsOf(ctx: Ctx, assets: readonly AssetView[]): DuplicatePair[] {
  return findDuplicates(
    assets.map((asset) => ({
      ...asset,
      mac_addresses: asset.facts?.mac_addresses ?? [],
      is_reporting: readLiveness(ctx, asset) === 'reporting',
      reached_by: reachedBy(asset),
    })),
  );
}

function describe(ctx: Ctx, { evidence, reading }: DuplicatePair, older: AssetView, newer: AssetView): Duplicate {
  const twin = (asset: AssetView) => ({
    id: asset.id,
    hostname: asset.hostname,
    machine_id: asset.machine_id,
    os: asset.facts?.os.name ?? null,
    labels: asset.labels,
    owner: asset.owner,
    enrolled_at: asset.enrolled_at,
    last_check_in_at: asset.last_check_in_at,
    liveness: readLiveness(ctx, asset),
  });
  const isOne = reading === 'two_ways' || reading === 're_enrolled' || reading === 're_imaged';
  const [kept, retired] = isKept(reading, older, newer) ? [older, newer] : [newer, older];
  return {
    older: twin(older),
    newer: twin(newer),
    evidence,
    reading,
    sentence: SENTENCES[reading],
    merge: isOne ? { kept: kept.id, retired: retired.id } : null,
  };
}

/** The one with the agent, where one is read over SSH; else the one that spoke last is the machine as it is now. */
function isKept(reading: TwinReading, asset: AssetView, other: AssetView): boolean {
  if (reading === 'two_ways') return reachedBy(asset) === 'agent';
  return (asset.last_check_in_at ?? '') > (other.last_check_in_at ?? '');
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a}\n${b}` : `${b}\n${a}`;
}
