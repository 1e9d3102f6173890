import { copyFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { runCommand } from '../../platform/run-command.ts';
import { downloadFirst } from '../download.ts';
import { fetchIntoStore } from '../fetch-into-store.ts';
import type { Fetched } from '../package-manager.ts';
import { type Repository, readOffers, readRepositories } from './own-databases.ts';
import { findCached } from './plan-install.ts';

const MAX_SIGNATURE = 64 * 1024;

/** Downloads the files of a plan, or takes them from pacman's cache, and checks signatures where the settings ask for them. */
export async function fetchFiles(folder: string, operations: readonly Operation[]): Promise<Fetched> {
  const repositories = await readRepositories();
  const offers = readOffers(folder);
  return fetchIntoStore(folder, operations, async (wanted, spool) => {
    const errors: string[] = [];
    for (const operation of wanted) {
      const path = join(spool, operation.sha256);
      const cached = await findCached({ ...operation, name: operation.package, version: operation.to });
      const offer = [...offers.values()].find(({ sha256 }) => sha256 === operation.sha256);
      try {
        if (cached?.proof.sha256 === operation.sha256) copyFileSync(cached.path, path);
        else if (offer !== undefined) await fetchOne(repositories, offer, { path, size: operation.size });
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
      }
    }
    return { errors, paths: wanted.map(({ sha256 }) => join(spool, sha256)).filter(isFile) };
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

async function fetchOne(
  repositories: readonly Repository[],
  offer: { repository: string; filename: string },
  file: { path: string; size: number },
): Promise<void> {
  const repository = repositories.find(({ name }) => name === offer.repository);
  const addresses = (repository?.servers ?? []).map((server) => `${server.replace(/\/$/, '')}/${offer.filename}`);
  const bytes = await downloadFirst(addresses, file.size);
  if (repository?.signatures.includes('PackageRequired')) {
    const signature = `${file.path}.sig`;
    writeFileSync(
      signature,
      await downloadFirst(
        addresses.map((address) => `${address}.sig`),
        MAX_SIGNATURE,
      ),
    );
    writeFileSync(`${file.path}.unproven`, bytes);
    const verified = await runCommand('pacman-key', ['--verify', signature, `${file.path}.unproven`]);
    if (verified.code !== 0) throw new Error(`${offer.filename}: its signature is of no key that pacman trusts`);
  }
  writeFileSync(file.path, bytes);
}
