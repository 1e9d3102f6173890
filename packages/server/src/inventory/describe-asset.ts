import type { Output } from '@fleetmend/api/client.ts';
import type { ReachedBy } from '@fleetmend/domain/inventory/asset.ts';
import { type Liveness, livenessOf, wordInterval } from '@fleetmend/domain/inventory/liveness.ts';
import type { SystemSupport } from '@fleetmend/domain/inventory/support-of-system.ts';
import type { Ctx } from '../platform/context.ts';
import type { AssetView } from './inventory.queries.ts';

type Asset = Output<'readAsset'>;

/** What only later stages know of an asset: its relation to patches and changes. The composition root provides it. */
export type AssetSituation = Pick<Asset, 'state' | 'missing' | 'blocked_by' | 'next_step'>;
export type ReadSituations = (ctx: Ctx, assets: readonly AssetView[]) => Promise<Map<string, AssetSituation>>;

/** Before any report nothing is known, and nothing is never green. */
const UNKNOWN: AssetSituation = {
  state: 'unknown',
  missing: { act: 0, attend: 0, track_star: 0, track: 0 },
  blocked_by: [{ kind: 'agent', text: 'This machine has not reported its packages yet.', owner: null, until: null }],
  next_step: 'Waits for the first report of its agent.',
};

/** A machine that a person has to let in first. */
const WAITING = {
  approval: {
    blocked_by: [waitsFor('It has enrolled and waits to be let in: it gets nothing, and its reports are not taken.')],
    next_step: 'Approve it, or reject it.',
  },
  machine_id: {
    blocked_by: [
      waitsFor('Another machine that reports has its machine id: it gets nothing, and its reports are not taken.'),
    ],
    next_step: 'Reject it and give it an id of its own (systemd-machine-id-setup), or approve it as it is.',
  },
} as const satisfies Record<string, Pick<AssetSituation, 'blocked_by' | 'next_step'>>;

function waitsFor(text: string): AssetSituation['blocked_by'][number] {
  return { kind: 'approval', text, owner: null, until: null };
}
const UNREAD: AssetSituation = {
  ...UNKNOWN,
  blocked_by: [{ kind: 'agent', text: 'This machine has not been read over SSH yet.', owner: null, until: null }],
  next_step: 'See where it stands under the machines that are read over SSH: its host key may wait to be confirmed.',
};

/** An asset as the API shows it. */
export function describeAsset(
  ctx: Ctx,
  row: AssetView,
  support: SystemSupport | null,
  situation: AssetSituation = reachedBy(row) === 'ssh' ? UNREAD : UNKNOWN,
): Asset {
  return {
    id: row.id,
    hostname: row.hostname,
    reached_by: reachedBy(row),
    key: row.key_id,
    facts: row.facts,
    support,
    labels: row.labels,
    owner: row.owner,
    service_group: row.service_group,
    criticality: row.criticality,
    data_sensitivity: row.data_sensitivity,
    exposure: row.exposure,
    enrolled_at: row.enrolled_at,
    last_check_in_at: row.last_check_in_at,
    liveness: readLiveness(ctx, row),
    inventory_at: row.inventory_at,
    inventory_digest: row.set_digest?.toString('hex') ?? null,
    package_count: row.package_count,
    version: row.version,
    ...(row.waits_for === null ? situation : { ...UNKNOWN, ...WAITING[row.waits_for] }),
  };
}

/** How an asset is reached: one without a key of an agent is read over SSH. */
export function reachedBy({ key_id }: Pick<AssetView, 'key_id'>): ReachedBy {
  return key_id === null ? 'ssh' : 'agent';
}

/** Whether an asset's last word still counts. */
export function readLiveness(
  ctx: Ctx,
  row: Pick<AssetView, 'last_check_in_at' | 'cloned_at' | 'waits_since' | 'key_id'>,
): Liveness {
  const { last_check_in_at, cloned_at, waits_since } = row;
  if (cloned_at !== null) return 'cloned';
  if (waits_since !== null) return 'waiting';
  const last = last_check_in_at === null ? null : Date.parse(last_check_in_at);
  return livenessOf(last, ctx.now.getTime(), wordInterval(reachedBy(row), ctx.settings.check_in_seconds));
}
