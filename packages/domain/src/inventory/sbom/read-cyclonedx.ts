import { asRecord, recordsOf, textOf } from '../../advisories/read-fields.ts';
import type { InstalledInventory } from '../installed.ts';
import { operatingSystem } from '../operating-system.ts';
import { addEntry, finishSbom, type SbomBuilder, type SbomEntry } from './add-package.ts';

/** Kinds of components that no package manager could have installed. */
const NO_PACKAGES: readonly unknown[] = ['file', 'data', 'cryptographic-asset', 'device', 'machine-learning-model'];

/**
 * Reads the components of a CycloneDX document (https://cyclonedx.org/docs/1.6/json/), nested ones too; a document in XML
 * comes as `cyclonedx-xml.ts` makes it.
 * @returns null for another document.
 */
export function readCycloneDx(document: Record<string, unknown>): InstalledInventory | null {
  if (document['bomFormat'] !== 'CycloneDX') return null;
  const builder: SbomBuilder = { os: null, packages: [], unidentified: 0 };
  const about = aboutOf(document);
  for (const component of componentsOf(document)) {
    if (component['type'] === 'operating-system') {
      builder.os ??= operatingSystem(textOf(component, 'name'), textOf(component, 'version'));
    } else if (!NO_PACKAGES.includes(component['type']) && (component !== about || textOf(component, 'purl') !== null))
      addEntry(builder, entryOf(component));
  }
  return finishSbom(builder);
}

/** Every component of a document, those within others after them, and what the document is about last. */
export function componentsOf(document: Record<string, unknown>): Record<string, unknown>[] {
  const about = aboutOf(document);
  const found = [...recordsOf(document, 'components'), ...(about === null ? [] : [about])];
  for (const component of found) found.push(...recordsOf(component, 'components'));
  return found;
}

function aboutOf(document: Record<string, unknown>): Record<string, unknown> | null {
  return asRecord(asRecord(document['metadata'])?.['component']);
}

function entryOf(component: Record<string, unknown>): SbomEntry {
  return {
    name: textOf(component, 'name'),
    version: textOf(component, 'version'),
    purl: textOf(component, 'purl'),
    cpe: textOf(component, 'cpe'),
    more: trivyProperties(component),
  };
}

/** Trivy writes the source package and the module beside the package URL (https://trivy.dev/docs/supply-chain/sbom). */
function trivyProperties(component: Record<string, unknown>): SbomEntry['more'] {
  const values = new Map(
    recordsOf(component, 'properties').map((each) => [textOf(each, 'name'), textOf(each, 'value')]),
  );
  const value = (name: string) => values.get(`aquasecurity:trivy:${name}`) ?? null;
  const [source, version, release, epoch] = [
    value('SrcName'),
    value('SrcVersion'),
    value('SrcRelease'),
    value('SrcEpoch'),
  ];
  const module = value('Modularitylabel');
  const source_version = `${epoch === null ? '' : `${epoch}:`}${version ?? ''}${release === null ? '' : `-${release}`}`;
  return {
    ...(source === null ? {} : { source }),
    ...(version === null ? {} : { source_version }),
    ...(module === null ? {} : { module }),
  };
}
