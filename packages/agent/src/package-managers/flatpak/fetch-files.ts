import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { fetchIntoStore } from '../fetch-into-store.ts';
import type { Fetched } from '../package-manager.ts';
import { readBundles } from './bundles.ts';

/** Hands out the bundles that were made when the plan was; one that is gone cannot be had again with the same bytes. */
export async function fetchFiles(folder: string, operations: readonly Operation[]): Promise<Fetched> {
  return fetchIntoStore(folder, operations, async (wanted, spool) => {
    const bundles = await readBundles(folder);
    const errors: string[] = [];
    for (const { sha256, package: name } of wanted) {
      const path = bundles.get(sha256);
      if (path === undefined) errors.push(`the bundle of ${name} is no longer kept: plan it anew`);
      else copyFileSync(path, join(spool, sha256));
    }
    return { errors };
  });
}
