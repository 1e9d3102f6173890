import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { readConfiguration, writeConfiguration } from '../configuration.ts';
import { openClient } from '../open-client.ts';
import { printLine } from '../print.ts';
import { findServer } from '../server-address.ts';

export function register(program: Command, cli: Cli): void {
  program
    .command('logout')
    .description('forget a server, and revoke the token that login made there')
    .action(() => logOut(cli));
}

async function logOut(cli: Cli): Promise<void> {
  const { origin } = findServer(cli);
  const configuration = readConfiguration(cli);
  const known = origin === null ? undefined : configuration.servers[origin];
  if (origin === null || known === undefined)
    throw new CliError('error', `you are not signed in${origin === null ? '' : ` to ${origin}`}`);
  if (known.token_id !== null) await revoke(cli, known.token_id);
  delete configuration.servers[origin];
  writeConfiguration(cli, {
    ...configuration,
    current: configuration.current === origin ? null : configuration.current,
  });
  printLine(cli, `Signed out of ${origin}.`);
}

/** A server that is gone must not keep anybody signed in here. */
async function revoke(cli: Cli, id: string): Promise<void> {
  try {
    const call = await openClient(cli);
    await call('revokeToken', { params: { id } });
  } catch (error) {
    note(cli, `warning: the token was not revoked on the server: ${(error as Error).message}`);
  }
}
