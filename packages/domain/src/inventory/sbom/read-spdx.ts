import { recordsOf, textOf } from '../../advisories/read-fields.ts';
import type { InstalledInventory } from '../installed.ts';
import { operatingSystem } from '../operating-system.ts';
import { addEntry, finishSbom, type SbomBuilder, type SbomEntry } from './add-package.ts';

/** Reads the packages of an SPDX 2 document (https://spdx.github.io/spdx-spec/v2.3/); null for another. */
export function readSpdx(document: Record<string, unknown>): InstalledInventory | null {
  if (textOf(document, 'spdxVersion')?.startsWith('SPDX-2.') !== true) return null;
  const builder: SbomBuilder = { os: null, packages: [], unidentified: 0 };
  for (const entry of recordsOf(document, 'packages')) {
    const [name, version] = [textOf(entry, 'name'), textOf(entry, 'versionInfo')];
    if (isSystem(textOf(entry, 'primaryPackagePurpose'))) builder.os ??= operatingSystem(name, version);
    else addEntry(builder, { name, version, ...referencesOf(entry), more: sourceOf(textOf(entry, 'sourceInfo')) });
  }
  return finishSbom(builder);
}

function isSystem(purpose: string | null): boolean {
  return purpose?.toUpperCase().replace('_', '-') === 'OPERATING-SYSTEM';
}

function referencesOf(entry: Record<string, unknown>): Pick<SbomEntry, 'purl' | 'cpe'> {
  const references = recordsOf(entry, 'externalRefs');
  const locator = (pattern: RegExp) => {
    const found = references.find((each) => pattern.test(textOf(each, 'referenceType') ?? ''));
    return found === undefined ? null : textOf(found, 'referenceLocator');
  };
  return { purl: locator(/(^|[/-])purl$/i), cpe: locator(/cpe2[23]type$/i) };
}

/** Trivy writes `built package from: openssl 3.0.11-1`. */
function sourceOf(text: string | null): SbomEntry['more'] {
  const [, source, source_version] = /^built package from: (\S+)(?: (\S+))?/.exec(text ?? '') ?? [];
  return {
    ...(source === undefined ? {} : { source }),
    ...(source_version === undefined ? {} : { source_version }),
  };
}
