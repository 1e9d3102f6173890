import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { readConfiguration } from './configuration.ts';

/** An address as people type it, as an origin. @throws CliError (usage) when it is none. */
export function readOrigin(text: string): string {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new CliError('usage', `"${text}" is not the address of a server`, {
      fix: 'Give one as https://patch.example.org',
    });
  }
  return url.origin;
}

/** The server to talk to and the token to show it: --url, else FLEETMEND_URL, else the one last signed in to. */
export function findServer(cli: Cli): { origin: string | null; token: string | null; organization: string | null } {
  const configuration = readConfiguration(cli);
  const given = cli.options().url ?? (cli.io.env['FLEETMEND_URL'] || configuration.current);
  const origin = given === null ? null : readOrigin(given);
  const known = origin === null ? undefined : configuration.servers[origin];
  return {
    origin,
    token: cli.io.env['FLEETMEND_TOKEN'] || (known?.token ?? null),
    organization: known?.organization ?? null,
  };
}

/** @throws CliError (sign_in) when there is no server or no token for it. */
export function signedInServer(cli: Cli): { origin: string; token: string; organization: string | null } {
  const { origin, token, organization } = findServer(cli);
  if (origin === null)
    throw new CliError('sign_in', 'no server is known here', { fix: 'Run: fleetmend login https://your-server' });
  if (token === null)
    throw new CliError('sign_in', `you are not signed in to ${origin}`, { fix: `Run: fleetmend login ${origin}` });
  return { origin, token, organization };
}
