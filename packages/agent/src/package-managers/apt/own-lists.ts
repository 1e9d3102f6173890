import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { readTextIfThere, writeDurably } from '../../platform/durable-file.ts';
import { runCommand } from '../../platform/run-command.ts';
import { markOf } from '../change-mark.ts';
import { writeListsStatus } from '../lists-status.ts';
import type { ListsStatus } from '../package-manager.ts';

const HOST_LISTS = '/var/lib/apt/lists';

export function aptFolder(folder: string): string {
  return join(folder, 'apt');
}

/**
 * apt's configuration for everything the agent reads: lists and caches of its own, and none of the host's hooks, which
 * would otherwise run (and, on many images, empty the host's cache) at each refresh.
 */
export function aptConfiguration(folder: string, useHostLists: boolean): string {
  const own = aptFolder(folder);
  return [
    `Dir::State::lists "${useHostLists ? HOST_LISTS : join(own, 'lists')}";`,
    `Dir::Cache "${join(own, 'cache')}";`,
    'Dir::Cache::archives "archives/";',
    `Dir::Cache::pkgcache "${useHostLists ? '' : 'pkgcache.bin'}";`,
    `Dir::Cache::srcpkgcache "${useHostLists ? '' : 'srcpkgcache.bin'}";`,
    `Dir::Log "${join(own, 'log')}";`,
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    'APT::Get::Show-User-Simulation-Note "false";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
    'Acquire::Retries "1";',
    'Acquire::Languages "none";',
    '',
  ].join('\n');
}

/** Whether the agent has ever fetched lists of its own. */
function hasOwnLists(folder: string): boolean {
  const lists = join(aptFolder(folder), 'lists');
  return existsSync(lists) && readdirSync(lists).some((name) => /_(InRelease|Release|Packages)(\.|$)/.test(name));
}

/** The `-c FILE` arguments that every apt command of the agent gets; makes folders and the file when they are missing. */
export function aptArguments(folder: string, forRefresh = false): string[] {
  const own = aptFolder(folder);
  for (const part of ['lists/partial', 'cache/archives/partial', 'log'])
    mkdirSync(join(own, part), { recursive: true });
  const useHostLists = !forRefresh && !hasOwnLists(folder);
  const path = join(own, useHostLists ? 'apt-host-lists.conf' : 'apt.conf');
  const text = aptConfiguration(folder, useHostLists);
  if (readTextIfThere(path) !== text) writeDurably(path, text, 0o644);
  return ['-c', path];
}

/** apt's own error and warning lines, in one text; its note about root downloads is not news. */
export function aptComplaints(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /^(E|W|Err):/.test(line) && !line.includes('unsandboxed'));
  return hostLine(lines.join(' '), 2000);
}

/**
 * `apt-get update` into the agent's own folder. When a source cannot be reached the lists held for it stay in use and
 * the status says so.
 */
export async function refreshLists(folder: string): Promise<ListsStatus> {
  const args = [...aptArguments(folder, true), '-q', '-o', 'APT::Update::Error-Mode=any', 'update'];
  const result = await runCommand('apt-get', args, { timeout_seconds: 180 });
  // apt before 2.1 does not know Error-Mode and ends with 0 when only some sources failed.
  const failed = result.code !== 0 || /^[WE]: (?:Failed to fetch|Some index files failed)/m.test(result.stderr);
  const stderr = aptComplaints(result.stderr);
  return writeListsStatus(aptFolder(folder), 'apt-get update', {
    ...result,
    code: failed ? result.code || 100 : 0,
    stderr,
  });
}

/** Changes when dpkg's status, the lists in use or apt's own settings changed. */
export function changeMark(folder: string): string {
  return markOf([
    '/var/lib/dpkg/status',
    '/var/lib/apt/extended_states',
    '/etc/apt/sources.list',
    '/etc/apt/sources.list.d',
    '/etc/apt/preferences',
    '/etc/apt/preferences.d',
    join(aptFolder(folder), 'lists'),
    join(aptFolder(folder), 'lists-status.json'),
    join(folder, 'changelogs'),
    HOST_LISTS,
  ]);
}
