import type { Client } from '@fleetmend/api/client.ts';
import type { Cli } from './cli.ts';
import { signedInServer } from './server-address.ts';

/**
 * A client of the server that is signed in to. The contract is loaded only here: help, completion and refusals must not
 * wait for it.
 * @throws CliError (sign_in) when no server is known or no token for it.
 */
export async function openClient(cli: Cli): Promise<Client> {
  signedInServer(cli);
  const { connect } = await import('./connect.ts');
  return connect(cli);
}
