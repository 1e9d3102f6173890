import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readTextIfThere, writeDurably } from '../../platform/durable-file.ts';
import { runCommand } from '../../platform/run-command.ts';
import { downloadFirst } from '../download.ts';
import { writeListsStatus } from '../lists-status.ts';
import type { ListsStatus } from '../package-manager.ts';
import { readSyncPackage, type SyncPackage } from './parse-desc.ts';
import { readTar } from './read-tar.ts';

const MAX_DATABASE = 128 * 1024 * 1024;

export interface Repository {
  name: string;
  servers: string[];
  /** What must be signed, in pacman's words: `PackageRequired`, `DatabaseOptional`. */
  signatures: string[];
}

/** Values of one of pacman's settings, or of one repository's. */
export async function readSetting(name: string, repository?: string): Promise<string[]> {
  const where = repository === undefined ? [] : [`--repo=${repository}`];
  const result = await runCommand('pacman-conf', [...where, '--', name]);
  const lines = result.stdout.toString('utf8').split('\n');
  return lines.filter((line) => line !== '');
}

export async function readRepositories(): Promise<Repository[]> {
  const listed = (await runCommand('pacman-conf', ['--repo-list'])).stdout.toString('utf8').split('\n');
  const repositories: Repository[] = [];
  const all = await readSetting('SigLevel');
  for (const name of listed.filter((line) => /^[\w@.+-]+$/.test(line))) {
    const [servers, own] = [await readSetting('Server', name), await readSetting('SigLevel', name)];
    repositories.push({ name, servers, signatures: own.length > 0 ? own : all });
  }
  return repositories;
}

/** Where the host's own databases are. */
export async function readDatabasePath(): Promise<string> {
  return ((await readSetting('DBPath'))[0] ?? '/var/lib/pacman/').replace(/\/$/, '');
}

export function ownDatabases(folder: string): string {
  return join(folder, 'pacman/db');
}

/** The agent's own databases: what is installed is a link to the host's, what is on offer is fetched by the agent. */
export async function prepareDatabases(folder: string): Promise<string> {
  const own = ownDatabases(folder);
  const [link, local] = [join(own, 'local'), join(await readDatabasePath(), 'local')];
  mkdirSync(join(own, 'sync'), { recursive: true });
  if (!existsSync(link) || readlinkSync(link) !== local) {
    rmSync(link, { force: true });
    symlinkSync(local, link);
  }
  return own;
}

/** Fetches each repository's database. One that cannot be had stays as it is, and the status says so. */
export async function refreshLists(folder: string): Promise<ListsStatus> {
  const own = await prepareDatabases(folder);
  const errors: string[] = [];
  for (const { name, servers, signatures } of await readRepositories()) {
    try {
      if (signatures.includes('DatabaseRequired'))
        throw new Error('its database must be signed, which is not read yet');
      const addresses = servers.map((server) => `${server.replace(/\/$/, '')}/${name}.db`);
      writeDurably(join(own, 'sync', `${name}.db`), await downloadFirst(addresses, MAX_DATABASE));
    } catch (error) {
      errors.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const result = { code: errors.length === 0 ? 0 : 1, stderr: errors.join(' '), timed_out: false };
  return writeListsStatus(join(folder, 'pacman'), 'fetching the databases', result);
}

/** What the fetched databases offer, by `repository/name`. */
export function readOffers(folder: string): Map<string, SyncPackage> {
  const offers = new Map<string, SyncPackage>();
  const sync = join(ownDatabases(folder), 'sync');
  for (const name of existsSync(sync) ? readdirSync(sync) : []) {
    const repository = /^(.+)\.db$/.exec(name)?.[1];
    if (repository === undefined) continue;
    for (const { path, text } of readTar(readFileSync(join(sync, name)))) {
      const found = path.endsWith('/desc') ? readSyncPackage(text, repository) : null;
      if (found !== null) offers.set(`${repository}/${found.name}`, found);
    }
  }
  return offers;
}

/** The description of an installed package; null where it is not one. */
export function readLocal(local: string, entry: string): string | null {
  return readTextIfThere(join(local, entry, 'desc'));
}
