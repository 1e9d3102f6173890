import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { fetchIntoStore } from '../fetch-into-store.ts';
import type { Fetched } from '../package-manager.ts';
import { fetchAnswer, queryDnf } from './query-dnf.ts';

/** Downloads the package files of a plan by dnf, which also checks each signature as the repository's settings ask. */
export function fetchFiles(folder: string, operations: readonly Operation[]): Promise<Fetched> {
  return fetchIntoStore(folder, operations, async (wanted, spool) => {
    const packages = wanted.map(({ package: name, architecture, to: version }) => ({ name, architecture, version }));
    const { paths, errors } = await queryDnf(folder, { do: 'fetch', packages, to: spool }, fetchAnswer);
    return { paths, errors };
  });
}
