import { asRecord, recordsOf, textOf } from '../advisories/read-fields.ts';
import { emptyInventory, type InstalledInventory } from './installed.ts';
import { readPurl } from './read-purl.ts';

/** Reads the components of a CycloneDX document (https://cyclonedx.org/docs/1.6/json/), nested ones too; null for another. */
export function readCycloneDx(document: Record<string, unknown>): InstalledInventory | null {
  if (document['bomFormat'] !== 'CycloneDX') return null;
  const root = asRecord(asRecord(document['metadata'])?.['component']);
  const inventory = emptyInventory(null);
  const waiting = [...recordsOf(document, 'components'), ...(root === null ? [] : [root])];
  for (let at = 0; at < waiting.length; at++) {
    const component = waiting[at];
    if (component === undefined) continue;
    waiting.push(...recordsOf(component, 'components'));
    if (component['type'] === 'operating-system') {
      const family = (textOf(component, 'name') ?? '').toLowerCase();
      inventory.os = { family, release: textOf(component, 'version') ?? '' };
    }
    addPurl(inventory, textOf(component, 'purl'));
  }
  return inventory;
}

/** Reads the packages of an SPDX 2 document (https://spdx.github.io/spdx-spec/v2.3/); null for another. */
export function readSpdx(document: Record<string, unknown>): InstalledInventory | null {
  if (textOf(document, 'spdxVersion') === null) return null;
  const inventory = emptyInventory(null);
  for (const entry of recordsOf(document, 'packages')) {
    const purl = recordsOf(entry, 'externalRefs').find(({ referenceType }) => referenceType === 'purl');
    addPurl(inventory, purl === undefined ? null : textOf(purl, 'referenceLocator'));
  }
  return inventory;
}

function addPurl(inventory: InstalledInventory, purl: string | null): void {
  const read = purl === null ? null : readPurl(purl);
  if (read === null) return;
  inventory.packages.push(read.installed);
  inventory.os ??= read.os;
}
