import { recordsOf, textOf } from '../../advisories/read-fields.ts';
import type { InstalledInventory } from '../installed.ts';
import { operatingSystem } from '../operating-system.ts';
import { addEntry, finishSbom, type SbomBuilder } from './add-package.ts';

/**
 * Reads the packages of an SPDX 3 document in JSON-LD (https://spdx.github.io/spdx-spec/v3.0.1/serializations/), in the one form
 * that its context prescribes: a graph of elements.
 * @returns null for another document.
 */
export function readSpdx3(document: Record<string, unknown>): InstalledInventory | null {
  const context = textOf(document, '@context');
  if (context === null || !/spdx\.org\/rdf\/3\./.test(context)) return null;
  const builder: SbomBuilder = { os: null, packages: [], unidentified: 0 };
  const elements = Array.isArray(document['@graph']) ? recordsOf(document, '@graph') : [document];
  for (const element of elements) {
    if (textOf(element, 'type') !== 'software_Package') continue;
    const [name, version] = [textOf(element, 'name'), textOf(element, 'software_packageVersion')];
    const identifiers = recordsOf(element, 'externalIdentifier');
    const identifier = (type: RegExp) => {
      const found = identifiers.find((each) => type.test(textOf(each, 'externalIdentifierType') ?? ''));
      return found === undefined ? null : textOf(found, 'identifier');
    };
    const purl = textOf(element, 'software_packageUrl') ?? identifier(/^packageU(rl|RL)$/);
    if (textOf(element, 'software_primaryPurpose') === 'operatingSystem') builder.os ??= operatingSystem(name, version);
    else addEntry(builder, { name, version, purl, cpe: identifier(/^cpe2[23]$/), more: {} });
  }
  return finishSbom(builder);
}
