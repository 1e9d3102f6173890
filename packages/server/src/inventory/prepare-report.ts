import type { CheckInRequest, InventoryChange } from '@fleetmend/api/agent-protocol.ts';
import { MAX_PACKAGES } from '@fleetmend/api/agent-protocol.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { toHex } from '@fleetmend/domain/access/bytes.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import { changeLines, digestOfSorted, sortedLines } from '@fleetmend/domain/inventory/inventory-digest.ts';
import type { Ctx } from '../platform/context.ts';
import { mayName } from './host-quota.ts';
import type { Host } from './hosts.ts';
import type { PreparedSet, SoftwareLibrary } from './software-library.ts';
import type { HostReport } from './take-reports.ts';

type Report = Exclude<CheckInRequest, { state: string }>;

/**
 * Checks what a host sent before anything of it is stored: the digest of each part is computed here, of the whole result;
 * what the host says it is only has to agree.
 * @throws Problem `inventory-digest-mismatch` (the host then sends all of it), `host-quota-used-up`
 */
export async function prepareReport(
  ctx: Ctx,
  library: SoftwareLibrary,
  host: Pick<Host, 'id' | 'quota'>,
  report: Report,
): Promise<HostReport> {
  const { now, inventory, updates = null, facts = null } = report;
  if (updates !== null) checkDigest(updates, now.updates_digest);
  if (facts !== null) checkDigest(facts, now.facts_digest);
  let set: PreparedSet | null = null;
  if (inventory !== undefined) {
    const digest = now.inventory_digest ?? '';
    const lines = await resultLines(library, inventory);
    if (lines.length > MAX_PACKAGES) throw new Problem('invalid', `More than ${MAX_PACKAGES} packages.`);
    if (digestOfSorted(lines, nodeCryptography.sha256) !== digest)
      throw new Problem('inventory-digest-mismatch', 'The packages do not add up to the digest; send them whole.');
    const allow = (newLines: number) => mayName(host.quota, newLines, ctx.now.getTime());
    set = await library.prepare(digest, lines, allow);
    if (set === null)
      throw new Problem(
        'host-quota-used-up',
        'More packages that nobody had before than one machine may bring in a day.',
      );
  }
  return { asset: host.id, now, set, updates, facts };
}

/** The sorted lines that a change of an inventory results in. */
async function resultLines(library: SoftwareLibrary, change: InventoryChange): Promise<readonly string[]> {
  if (change.base === null) return sortedLines(change.added);
  const lines = await library.lines(change.base);
  if (lines === null)
    throw new Problem('inventory-digest-mismatch', 'The base of this delta is not stored here; send it whole.');
  return changeLines(lines, change);
}

/** Updates and facts are addressed by the SHA-256 of their canonical JSON; what a host claims only has to agree. */
function checkDigest(value: unknown, digest: string | null | undefined): void {
  if (toHex(nodeCryptography.sha256(canonicalJson(value as Json))) !== digest)
    throw new Problem('inventory-digest-mismatch', 'The report does not add up to its digest.');
}
