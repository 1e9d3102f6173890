import { join } from 'node:path';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { readJsonIfThere, writeDurably } from '../platform/durable-file.ts';
import type { CommandResult } from '../platform/run-command.ts';
import type { ListsStatus } from './package-manager.ts';

/** When the lists in a plug-in's folder were last fetched whole, and what went wrong since. */
export function readListsStatus(folder: string): ListsStatus {
  const stored = readJsonIfThere(join(folder, 'lists-status.json'));
  if (stored === null || typeof stored !== 'object') return { refreshed_at: null, error: null };
  const at = 'refreshed_at' in stored && typeof stored.refreshed_at === 'string' ? stored.refreshed_at : null;
  const error = 'error' in stored && typeof stored.error === 'string' ? stored.error : null;
  return { refreshed_at: at, error };
}

/** Keeps how a refresh ended. Lists that could not be fetched anew stay in use as old as they are. */
export function writeListsStatus(
  folder: string,
  what: string,
  result: Pick<CommandResult, 'code' | 'stderr' | 'timed_out'>,
): ListsStatus {
  const words = result.timed_out ? 'it took too long' : result.stderr.trim().split('\n').slice(-4).join(' ');
  const status: ListsStatus =
    result.code === 0
      ? { refreshed_at: new Date().toISOString(), error: null }
      : {
          refreshed_at: readListsStatus(folder).refreshed_at,
          error: hostLine(`${what} ended with ${result.code}: ${words}`, 2000),
        };
  writeDurably(join(folder, 'lists-status.json'), JSON.stringify(status));
  return status;
}
