import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { toHex } from '@fleetmend/domain/access/bytes.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { AgentFacts, AssetFacts, AvailableUpdate, StaleService } from '@fleetmend/domain/inventory/asset.ts';
import { inventoryDigest, softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import { type Applications, applicationFolders, applicationsIn } from '../applications/read-applications.ts';
import { readFacts } from '../facts/read-facts.ts';
import type { Installed, PackageManager } from '../package-managers/package-manager.ts';
import { readBootId } from '../platform/boot.ts';
import { log } from '../platform/log.ts';

/** What the host has to say, with the digests the server compares. Null where it could not be read: unknown is not empty. */
export interface Report {
  lines: string[] | null;
  inventory_digest: string | null;
  updates: AvailableUpdate[] | null;
  updates_digest: string | null;
  facts: AssetFacts;
  facts_digest: string;
}

interface Packages {
  installed: Installed;
  updates: AvailableUpdate[] | null;
}

const HOUR = 3_600_000;

/** SHA-256 over the canonical JSON of a value: the digest of updates and facts. */
export function valueDigest(value: unknown): string {
  return toHex(nodeCryptography.sha256(canonicalJson(value as Json)));
}

async function readPackages(
  manager: PackageManager,
  applications: Applications,
  folder: string,
): Promise<Packages | null> {
  try {
    const installed = await manager.listInstalled();
    const updates = await manager.listUpdates(folder, installed).catch((error: unknown) => {
      log('the available updates could not be read', { error: String(error) });
      return null;
    });
    const software = [...installed.software, ...(await applications.list())];
    return { installed: { ...installed, software }, updates };
  } catch (error) {
    log('the installed packages could not be read', { error: String(error) });
    return null;
  }
}

export interface ReportInput {
  agent: AgentFacts;
  stale_services: StaleService[];
}

/** Makes reports; packages are read again only when something that could change them changed, or after an hour. */
export function startReporter(manager: PackageManager, folder: string): (input: ReportInput) => Promise<Report> {
  const applications = applicationsIn(applicationFolders());
  let held: { mark: string; at: number; packages: Packages } | null = null;
  return async (input) => {
    const mark = `${manager.changeMark(folder)} ${readBootId()}`;
    const isOld = held === null || Date.now() - held.at > HOUR || held.packages.updates === null;
    if (isOld || held?.mark !== mark || applications.haveChanged()) {
      const packages = await readPackages(manager, applications, folder);
      held = packages === null ? null : { mark, at: Date.now(), packages };
    }
    const packages = held?.packages ?? null;
    const lines = packages === null ? null : [...new Set(packages.installed.software.map(softwareLine))].sort();
    const updates = packages?.updates ?? null;
    const facts = await readFacts({
      ...input,
      installed: packages?.installed.software ?? [],
      lists: manager.readListsStatus(folder),
    });
    return {
      lines,
      inventory_digest: lines === null ? null : inventoryDigest(lines, nodeCryptography.sha256),
      updates,
      updates_digest: updates === null ? null : valueDigest(updates),
      facts,
      facts_digest: valueDigest(facts),
    };
  };
}
