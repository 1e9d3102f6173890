import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { runCommand } from '../../platform/run-command.ts';
import { fetchIntoStore } from '../fetch-into-store.ts';
import type { Fetched } from '../package-manager.ts';
import { aptArguments, aptComplaints } from './own-lists.ts';
import { aptName } from './query-index.ts';

/** Downloads the package files of a plan with the agent's own lists. */
export function fetchFiles(folder: string, operations: readonly Operation[]): Promise<Fetched> {
  return fetchIntoStore(folder, operations, async (wanted, spool) => {
    const names = wanted.map(
      (operation) => `${aptName({ name: operation.package, architecture: operation.architecture })}=${operation.to}`,
    );
    const args = [...aptArguments(folder), '-q', 'download', ...names];
    const result = await runCommand('apt-get', args, { cwd: spool, timeout_seconds: 3600 });
    return { errors: [aptComplaints(result.stderr)], is_mismatch: /Hash Sum mismatch/i.test(result.stderr) };
  });
}
