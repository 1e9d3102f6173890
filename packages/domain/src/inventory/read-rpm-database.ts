import { emptyInventory, type InstalledInventory } from './installed.ts';
import { systemOfRpms } from './read-rpm-list.ts';
import { isBerkeley, readBerkeley } from './rpm-database/read-berkeley.ts';
import { isNdb, readNdb } from './rpm-database/read-ndb.ts';
import { readRpmHeader } from './rpm-database/read-rpm-header.ts';

/**
 * Reads an rpm database in one file, as SUSE's rpm and that of Red Hat's older systems write it; null for another file. Newer
 * ones are SQLite: their headers are read with `rpmPackages`.
 */
export function readRpmDatabase(bytes: Uint8Array): { inventory: InstalledInventory; damaged: number } | null {
  if (isNdb(bytes)) return packagesOf(readNdb(bytes));
  return isBerkeley(bytes) ? packagesOf(readBerkeley(bytes)) : null;
}

/** The packages whose headers these are, and the system that they tell. */
export function rpmPackages(blobs: Iterable<Uint8Array>): InstalledInventory {
  const inventory = emptyInventory(null);
  for (const blob of blobs) {
    const read = readRpmHeader(blob);
    if (read !== null) inventory.packages.push(read);
  }
  inventory.os = systemOfRpms(inventory.packages);
  return inventory;
}

function packagesOf({ blobs, damaged }: { blobs: Uint8Array[]; damaged: number }) {
  return { inventory: rpmPackages(blobs), damaged };
}
