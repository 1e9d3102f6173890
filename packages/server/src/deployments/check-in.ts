import type { CheckInRequest, CheckInResponse } from '@fleetmend/api/agent-protocol.ts';
import { readCurrentRoot } from '../access/trust-root.queries.ts';
import { readOpenPlanRequests } from '../changes/change.store.ts';
import {
  type AssetRow,
  bytes,
  hasSet,
  hasUpdateSet,
  recordAssetEvent,
  setAssetInventory,
  setAssetUpdates,
  touchAsset,
} from '../inventory/inventory.store.ts';
import { requestFindings } from '../inventory/request-findings.ts';
import type { Ctx } from '../platform/context.ts';
import { offerOrders, readWithdrawn } from './deployment.store.ts';
import { observeDeployments } from './observe-deployments.ts';

/** Seconds in which a host may begin an order after it has been handed over. */
const LEASE_SECONDS = 600;
/** While a change waits for a host, it comes back at once. */
const BUSY_SECONDS = 1;

/**
 * A host's check-in: digests of what it has to say against what is stored here. What is stored already under another
 * asset's digest is adopted without being sent again; the rest is asked for. Questions and orders go back with the answer.
 */
export async function checkIn(ctx: Ctx, asset: AssetRow, request: CheckInRequest): Promise<CheckInResponse> {
  const hasInventory =
    request.inventory_digest === null || (await adoptInventory(ctx, asset, request.inventory_digest));
  const hasUpdates = request.updates_digest === null || (await adoptUpdates(ctx, asset, request.updates_digest));
  const hasFacts = asset.facts_digest?.equals(bytes(request.facts_digest)) ?? false;
  const isConfirmed = hasInventory && hasFacts;
  await touchAsset(
    ctx.db,
    asset.id,
    {
      boot_id: request.boot_id,
      root_version: request.root_version,
      inventory: hasInventory && request.inventory_digest !== null,
      updates: hasUpdates && request.updates_digest !== null,
      facts: hasFacts,
    },
    ctx.now,
  );
  if (asset.boot_id !== null && asset.boot_id !== request.boot_id)
    await recordAssetEvent(ctx, asset.id, 'boot', 'Restarted.');
  if (isConfirmed && asset.facts !== null) await observeDeployments(ctx, asset.id, asset.facts);
  const plans = await readOpenPlanRequests(ctx.db, asset.id);
  const orders = await offerOrders(ctx.db, asset.id, request.orders, ctx.now);
  const root = await readCurrentRoot(ctx.db);
  const isBusy = plans.length + orders.length + request.orders.length > 0 || !hasInventory || !hasFacts || !hasUpdates;
  return {
    wants: {
      inventory: hasInventory ? null : { base: asset.set_digest?.toString('hex') ?? null },
      updates: !hasUpdates,
      facts: !hasFacts,
    },
    roots: root !== null && root.root.version > request.root_version ? root.chain : [],
    plans: plans.map(({ id, packages }) => ({ id, packages })),
    orders: orders.map(({ id, step, attempt, document, signatures }) => ({
      type: 'fleetmend/order/v1',
      id,
      asset: asset.id,
      step,
      attempt,
      document,
      signatures,
      lease_seconds: LEASE_SECONDS,
    })),
    withdrawn: await readWithdrawn(ctx.db, asset.id, request.orders),
    next_check_in_seconds: isBusy
      ? Math.min(BUSY_SECONDS, ctx.settings.check_in_seconds)
      : ctx.settings.check_in_seconds,
  };
}

/** True when the asset's inventory is this one, because it was or because another asset has brought it. */
async function adoptInventory(ctx: Ctx, asset: AssetRow, digest: string): Promise<boolean> {
  if (asset.set_digest?.toString('hex') === digest) return true;
  if (!(await hasSet(ctx.db, digest))) return false;
  await setAssetInventory(ctx.db, asset.id, digest, ctx.now);
  await recordAssetEvent(ctx, asset.id, 'inventory', 'Packages changed to a set that was known already.');
  await requestFindings(ctx, asset.id);
  return true;
}

async function adoptUpdates(ctx: Ctx, asset: AssetRow, digest: string): Promise<boolean> {
  if (asset.updates_digest?.toString('hex') === digest) return true;
  if (!(await hasUpdateSet(ctx.db, digest))) return false;
  await setAssetUpdates(ctx.db, asset.id, digest, null, ctx.now);
  await requestFindings(ctx, asset.id);
  return true;
}
