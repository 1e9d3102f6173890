import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstalledInventory } from '@fleetmend/domain/inventory/installed.ts';
import { readRpmDatabase, rpmPackages } from '@fleetmend/domain/inventory/read-rpm-database.ts';
import { CliError } from './cli-error.ts';

const SQLITE = 'SQLite format 3\0';

/**
 * Reads an rpm database of any kind (`rpmdb.sqlite`, `Packages.db`, `Packages`); null for another file. SQLite works on a copy,
 * with its journal where there is one, so that nothing is written beside the original.
 * @throws CliError (usage) for a database of SQLite that is damaged, or is none of rpm's.
 */
export async function readRpmFile(
  path: string,
  bytes: Buffer,
  journal: Buffer | null,
): Promise<{ inventory: InstalledInventory; damaged: number } | null> {
  if (bytes.subarray(0, SQLITE.length).toString('latin1') !== SQLITE) return readRpmDatabase(bytes);
  const { DatabaseSync } = await import('node:sqlite');
  const folder = mkdtempSync(join(tmpdir(), 'fleetmend-rpmdb-'));
  try {
    const copy = join(folder, 'rpmdb.sqlite');
    writeFileSync(copy, bytes);
    if (journal !== null) writeFileSync(`${copy}-wal`, journal);
    const database = new DatabaseSync(copy);
    try {
      const rows = database.prepare('SELECT blob FROM Packages').all();
      const blobs = rows.flatMap(({ blob }) => (blob instanceof Uint8Array ? [blob] : []));
      return { inventory: rpmPackages(blobs), damaged: rows.length - blobs.length };
    } finally {
      database.close();
    }
  } catch (error) {
    throw new CliError('usage', `${path} is no rpm database that can be read: ${(error as Error).message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
