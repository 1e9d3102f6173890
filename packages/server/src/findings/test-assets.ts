import { createHash } from 'node:crypto';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import type { AssetFacts, AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import { inventoryDigest, softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { insertAsset } from '../inventory/inventory.store.ts';
import { openSoftwareLibrary } from '../inventory/software-library.ts';
import { takeReports } from '../inventory/take-reports.ts';
import type { Ctx } from '../platform/context.ts';

/** One installed package of a source of the same name, unless told otherwise. */
export function aSoftware(name: string, version: string, more: Partial<Software> = {}): Software {
  return {
    ecosystem: 'deb',
    name,
    version,
    architecture: 'amd64',
    source: name,
    source_version: version,
    module: null,
    ...more,
  };
}

/** An update of an installed package, from the security suite unless told otherwise. */
export function anUpdate(installed: Software, version: string, more: Partial<AvailableUpdate> = {}): AvailableUpdate {
  return {
    ecosystem: 'deb',
    name: installed.name,
    architecture: installed.architecture,
    installed_version: installed.version,
    candidate_version: version,
    source: installed.source,
    source_installed_version: installed.source_version,
    source_candidate_version: version,
    origin: 'Debian:12/bookworm-security',
    suite: 'stable-security',
    is_security: true,
    is_held: false,
    size: 1000,
    sha256: '0'.repeat(64),
    fix_version: null,
    advisories: [],
    severity: null,
    changelog_cves: null,
    ...more,
  };
}

export interface Report {
  software?: Software[];
  updates?: AvailableUpdate[];
  facts?: Partial<AssetFacts>;
}

/** Enrols a machine that has not reported anything yet. */
export async function enrol(ctx: Ctx, hostname: string): Promise<string> {
  const key_id = createHash('sha256').update(hostname).digest('hex');
  const id = `asset_${key_id.slice(0, 10)}`;
  await insertAsset(ctx.db, { id, hostname, machine_id: hostname, key_id, spki: Buffer.alloc(0), labels: {} }, ctx.now);
  return id;
}

/** What a machine of Debian 12 says of itself, unless told otherwise. */
export function aFacts(hostname: string, facts: Partial<AssetFacts> = {}): AssetFacts {
  return {
    hostname,
    machine_id: hostname,
    mac_addresses: [],
    boot_id: 'boot',
    os: { id: 'debian', version_id: '12', codename: 'bookworm', name: 'Debian 12' },
    architecture: 'amd64',
    kernel_running: '6.1.0-40-amd64',
    kernel_installed: '6.1.0-40-amd64',
    reboot_required: false,
    reboot_reasons: [],
    stale_services: [],
    lists_refreshed_at: null,
    lists_error: null,
    agent: { version: '0.1.0', mode: 'observe', root_version: null, root_digest: null },
    ...facts,
  };
}

/** Takes a machine's report as a check-in would, without the protocol around it. */
export async function report(
  ctx: Ctx,
  asset: string,
  hostname: string,
  { software, updates, facts = {} }: Report,
): Promise<void> {
  const whole = aFacts(hostname, facts);
  const lines = software?.map(softwareLine).sort() ?? null;
  const inventory_digest = lines === null ? {} : { inventory_digest: inventoryDigest(lines, nodeCryptography.sha256) };
  const set =
    lines === null
      ? null
      : await openSoftwareLibrary(ctx.db).prepare(inventory_digest.inventory_digest ?? '', lines, () => true);
  const now = {
    ...inventory_digest,
    ...(updates === undefined ? {} : { updates_digest: digestOf(updates) }),
    facts_digest: digestOf(whole),
    boot_id: 'boot',
  };
  await takeReports(ctx, [{ asset, now, set, updates: updates ?? null, facts: whole }]);
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
