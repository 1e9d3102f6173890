import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';

/** What the CLI remembers of a server. A token is only ever sent to the server it was given by. */
export interface KnownServer {
  token: string;
  /** So that `logout` can revoke it; null for a token made elsewhere. */
  token_id: string | null;
  organization: string;
}

export interface Configuration {
  /** The origin that commands talk to unless told otherwise. */
  current: string | null;
  servers: Record<string, KnownServer>;
}

/** `$XDG_CONFIG_HOME/fleetmend/config.json`, or the same under `~/.config`. */
export function configurationPath(cli: Cli): string {
  const { env } = cli.io;
  const base = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  return join(base, 'fleetmend', 'config.json');
}

/** @throws CliError when the file is there and cannot be read, or others could read the tokens in it. */
export function readConfiguration(cli: Cli): Configuration {
  const path = configurationPath(cli);
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      throw new CliError('error', `${path} holds tokens and other users may read it`, {
        fix: `Run: chmod 600 ${path}`,
      });
    }
    const { current, servers } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Configuration>;
    return { current: current ?? null, servers: servers ?? {} };
  } catch (error) {
    if (error instanceof CliError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, servers: {} };
    throw new CliError('error', `${path} cannot be read: ${(error as Error).message}`, {
      fix: 'Mend or delete it, then sign in again.',
    });
  }
}

/** Replaces the file at once or not at all; readable by its owner only, from its first byte on. */
export function writeConfiguration(cli: Cli, configuration: Configuration): void {
  const path = configurationPath(cli);
  const fresh = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(fresh, { force: true });
    const file = openSync(fresh, 'wx', 0o600);
    writeSync(file, `${JSON.stringify(configuration, null, 2)}\n`);
    fsyncSync(file);
    closeSync(file);
    chmodSync(fresh, 0o600);
    renameSync(fresh, path);
  } catch (error) {
    throw new CliError('error', `${path} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
