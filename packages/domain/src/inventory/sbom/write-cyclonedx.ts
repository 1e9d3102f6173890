import type { Installed, InstalledInventory } from '../installed.ts';
import { purlOf } from '../purl-of.ts';

/** What a document says of its own making. */
export interface Making {
  /** A UUID. */
  id: string;
  /** RFC 3339 in UTC. */
  now: string;
  /** Of this program. */
  version: string;
}

/** An inventory as a CycloneDX 1.6 document (https://cyclonedx.org/docs/1.6/json/); `readCycloneDx` reads it back. */
export function writeCycloneDx(inventory: InstalledInventory, { id, now, version }: Making): Record<string, unknown> {
  const { os, packages } = inventory;
  const system = os === null ? [] : [systemComponent(os)];
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${id}`,
    version: 1,
    metadata: { timestamp: now, tools: { components: [{ type: 'application', name: 'fleetmend', version }] } },
    components: [...system, ...packages.map((each, at) => component(inventory, each, at))],
  };
}

function systemComponent(os: { family: string; release: string }) {
  const named = { type: 'operating-system', 'bom-ref': 'system', name: os.family };
  return os.release === '' ? named : { ...named, version: os.release };
}

function component({ os }: InstalledInventory, each: Installed, at: number) {
  const location = each.path === null ? {} : { evidence: { occurrences: [{ location: each.path }] } };
  return {
    type: 'library',
    'bom-ref': `package-${at + 1}`,
    name: each.name,
    version: each.version,
    purl: purlOf(each, os),
    ...(each.cpe === null ? {} : { cpe: each.cpe }),
    ...location,
  };
}
