import type { Installed, InstalledInventory, OperatingSystem } from '../installed.ts';
import { purlOf } from '../purl-of.ts';
import type { Making } from './write-cyclonedx.ts';

const NOTHING_SAID = { downloadLocation: 'NOASSERTION', filesAnalyzed: false };

/** An inventory as an SPDX 2.3 document (https://spdx.github.io/spdx-spec/v2.3/); `readSpdx` reads it back. */
export function writeSpdx(inventory: InstalledInventory, { id, now, version }: Making): Record<string, unknown> {
  const { os, packages } = inventory;
  const system = os === null ? [] : [systemEntry(os)];
  const entries = packages.map((each, at) => entry(inventory, each, at));
  const described = system.length > 0 ? system : entries;
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: os === null ? 'inventory' : `inventory of ${os.family} ${os.release}`.trim(),
    documentNamespace: `urn:uuid:${id}`,
    creationInfo: { created: now.replace(/\.\d+Z$/, 'Z'), creators: [`Tool: fleetmend-${version}`] },
    packages: [...system, ...entries],
    relationships: [
      ...described.map(({ SPDXID }) => relationship('SPDXRef-DOCUMENT', 'DESCRIBES', SPDXID)),
      ...system.flatMap(({ SPDXID }) => entries.map((each) => relationship(SPDXID, 'CONTAINS', each.SPDXID))),
    ],
  };
}

function relationship(spdxElementId: string, relationshipType: string, relatedSpdxElement: string) {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function systemEntry({ family, release }: OperatingSystem) {
  const version = release === '' ? {} : { versionInfo: release };
  return {
    SPDXID: 'SPDXRef-System',
    name: family,
    ...version,
    primaryPackagePurpose: 'OPERATING-SYSTEM',
    ...NOTHING_SAID,
  };
}

function entry({ os }: InstalledInventory, each: Installed, at: number) {
  const purl = { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purlOf(each, os) };
  const cpe = { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: each.cpe };
  return {
    SPDXID: `SPDXRef-Package-${at + 1}`,
    name: each.name,
    versionInfo: each.version,
    ...NOTHING_SAID,
    externalRefs: each.cpe?.startsWith('cpe:2.3:') === true ? [purl, cpe] : [purl],
  };
}
