import { asRecord, recordsOf, textOf } from '../advisories/read-fields.ts';
import {
  emptyInventory,
  type Installed,
  type InstalledInventory,
  installed,
  type OperatingSystem,
} from './installed.ts';
import { readImageManifest } from './read-other-managers.ts';
import { readCycloneDx } from './sbom/read-cyclonedx.ts';
import { readSpdx } from './sbom/read-spdx.ts';
import { readSpdx3 } from './sbom/read-spdx3.ts';

/**
 * Reads an inventory in JSON: CycloneDX, SPDX, a list of packages with the system they belong to, or a Windows product
 * with the updates it has.
 * @returns null for any other document.
 */
export function readInventoryJson(value: unknown): InstalledInventory | null {
  const document = asRecord(value);
  if (document === null) return Array.isArray(value) ? readPackages(null, { packages: value }) : null;
  return (
    readCycloneDx(document) ??
    readSpdx(document) ??
    readSpdx3(document) ??
    readWindows(document) ??
    readImageManifest(document) ??
    readPackages(readOs(document), document)
  );
}

function readOs(document: Record<string, unknown>): OperatingSystem | null {
  const os = asRecord(document['os']);
  const family = textOf(os, 'family') ?? textOf(os, 'Family') ?? textOf(os, 'id');
  if (family === null) return null;
  const release = textOf(os, 'release') ?? textOf(os, 'Name') ?? textOf(os, 'version_id') ?? '';
  return { family: family.toLowerCase(), release };
}

function readWindows(document: Record<string, unknown>): InstalledInventory | null {
  const product = textOf(document, 'product');
  const kbs = document['installed_kbs'];
  if (product === null || !Array.isArray(kbs)) return null;
  const installed_kbs = kbs.filter((kb) => typeof kb === 'string').map((kb) => kb.replace(/^KB/i, ''));
  const build = textOf(document, 'build') ?? '';
  return { ...emptyInventory(null), windows: { product, is_stated: true, build, installed_kbs } };
}

function readPackages(os: OperatingSystem | null, document: Record<string, unknown>): InstalledInventory | null {
  if (!Array.isArray(document['packages'])) return null;
  const sources = recordsOf(document, 'source_packages');
  // Binaries are listed without their sources there, and the sources with their binaries.
  const sourceOf = new Map(
    sources.flatMap((source) => {
      const binaries = Array.isArray(source['binaries']) ? source['binaries'] : [];
      return binaries.map((binary): [unknown, Record<string, unknown>] => [binary, source]);
    }),
  );
  return {
    os,
    packages: recordsOf(document, 'packages').flatMap(
      (record) => readPackage(record, sourceOf.get(record['name'])) ?? [],
    ),
    sources: sources.flatMap((source) => {
      const name = textOf(source, 'name');
      const version = textOf(source, 'version');
      return name === null || version === null ? [] : { name, version };
    }),
    windows: null,
    unidentified: 0,
  };
}

function readPackage(record: Record<string, unknown>, from: Record<string, unknown> | undefined): Installed | null {
  const name = textOf(record, 'name');
  const version = textOf(record, 'version');
  if (name === null || version === null) return null;
  return installed(name, version, {
    architecture: textOf(record, 'arch') ?? textOf(record, 'architecture') ?? '',
    source: textOf(record, 'source') ?? textOf(from ?? null, 'name') ?? name,
    source_version: textOf(record, 'source_version') ?? textOf(from ?? null, 'version') ?? version,
    module: textOf(record, 'modularity_label'),
    ecosystem: textOf(record, 'ecosystem'),
    cpe: textOf(record, 'cpe'),
    path: textOf(record, 'path'),
  });
}
