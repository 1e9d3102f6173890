import type { InventoryReport } from '@fleetmend/api/agent-protocol.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { inventoryDigest } from '@fleetmend/domain/inventory/inventory-digest.ts';
import type { Ctx } from '../platform/context.ts';
import {
  type AssetRow,
  hasSet,
  insertSet,
  readSetLines,
  recordAssetEvent,
  setAssetInventory,
} from './inventory.store.ts';
import { requestFindings } from './request-findings.ts';

/** No real machine has more; a hostile one must not fill the dictionary. */
const MAX_PACKAGES = 20_000;

/**
 * Takes a host's inventory, whole (`base` null) or as a delta against one that is stored. The digest of the result is
 * computed here; what the host says it is only has to agree.
 * @throws Problem `inventory-digest-mismatch`: the host then sends it whole.
 */
export async function receiveInventory(ctx: Ctx, asset: AssetRow, report: InventoryReport): Promise<void> {
  if (!(await hasSet(ctx.db, report.digest))) {
    const lines = await resultLines(ctx, report);
    if (lines.length > MAX_PACKAGES) throw new Problem('invalid', `More than ${MAX_PACKAGES} packages.`);
    if (inventoryDigest(lines, nodeCryptography.sha256) !== report.digest) {
      throw new Problem('inventory-digest-mismatch', 'The packages do not add up to the digest; send them whole.');
    }
    await insertSet(ctx.db, report.digest, lines, ctx.now);
  }
  const before = asset.set_digest?.toString('hex');
  if (before === report.digest) return;
  await setAssetInventory(ctx.db, asset.id, report.digest, ctx.now);
  await recordAssetEvent(ctx, asset.id, 'inventory', describe(before, report));
  await requestFindings(ctx, asset.id);
}

async function resultLines(ctx: Ctx, { base, added, removed }: InventoryReport): Promise<string[]> {
  if (base === null) return [...new Set(added)];
  const lines = await readSetLines(ctx.db, base);
  if (lines === null)
    throw new Problem('inventory-digest-mismatch', 'The base of this delta is not stored here; send it whole.');
  const gone = new Set(removed);
  return [...new Set([...lines.filter((line) => !gone.has(line)), ...added])];
}

function describe(before: string | undefined, { base, added, removed }: InventoryReport): string {
  if (before === undefined) return `First inventory: ${added.length} packages.`;
  if (base === null) return 'Packages changed; the whole inventory was sent.';
  return `Packages changed: ${added.length} lines added, ${removed.length} removed.`;
}
