import { hostname } from 'node:os';
import type { ProblemDocument } from '@fleetmend/api/problems.ts';
import type { Command } from 'commander';
import { readSecret } from '../ask.ts';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { readConfiguration, writeConfiguration } from '../configuration.ts';
import { printJson, printLine } from '../print.ts';
import { findServer, readOrigin } from '../server-address.ts';
import { visibleText } from '../visible-text.ts';

const TOKEN_DAYS = 90;
/** What a browser says of an address that somebody typed: no other web site sent this. */
const BY_HAND = { 'sec-fetch-site': 'none' };
const LOOPBACK = /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;

export function register(program: Command, cli: Cli): void {
  program
    .command('login [address]')
    .description('sign in to a server with an API token or a sign-in link')
    .addHelpText(
      'after',
      '\nThe token or link is read from FLEETMEND_TOKEN, from a pipe, or asked for; never from the command line.\n  pass fleetmend | fleetmend login https://patch.example.org',
    )
    .action((address: string | undefined) => logIn(cli, address));
}

async function logIn(cli: Cli, address: string | undefined): Promise<void> {
  const given = address === undefined ? findServer(cli).origin : readOrigin(address);
  const secret = cli.io.env['FLEETMEND_TOKEN'] || (await readSecret(cli, 'Sign-in link or API token (not shown): '));
  const link = readLink(secret);
  const origin = given ?? link?.origin;
  if (secret === '' || origin === undefined) {
    throw new CliError('usage', secret === '' ? 'no token and no link was given' : 'which server?', {
      fix: 'Run: fleetmend login https://your-server, and paste the link that npm start prints.',
    });
  }
  if (link !== null && link.origin !== origin) {
    throw new CliError('usage', `the link is for ${link.origin}, not for ${origin}`, {
      fix: 'Leave the address away, or get a link of that server.',
    });
  }
  if (origin.startsWith('http:') && !LOOPBACK.test(origin))
    note(cli, `warning: ${origin} is not encrypted; whoever is on the way can read the token`);
  const { createClient, transportTo } = await loadClient();
  const made = link === null ? { token: secret, token_id: null } : await tradeLink(cli, origin, link.token);
  const session = await createClient(transportTo(cli, origin, { authorization: `Bearer ${made.token}` }))(
    'readSession',
    {},
  );
  const configuration = readConfiguration(cli);
  configuration.servers[origin] = { ...made, organization: session.organization.id };
  writeConfiguration(cli, { ...configuration, current: origin });
  if (cli.options().json === true) printJson(cli, session);
  else
    printLine(
      cli,
      `Signed in to ${origin} as ${visibleText(session.person.name)} (${session.person.roles.join(', ')}).`,
    );
}

async function loadClient() {
  const [{ createClient }, { transportTo }] = await Promise.all([
    import('@fleetmend/api/client.ts'),
    import('../connect.ts'),
  ]);
  return { createClient, transportTo };
}

/** The server and the token of a sign-in link; null when the text is no link. */
function readLink(text: string): { origin: string; token: string } | null {
  const url = /^https?:\/\//.test(text) ? URL.parse(text) : null;
  return url !== null && url.hash.length > 1 ? { origin: url.origin, token: url.hash.slice(1) } : null;
}

/** A link opens one session of a browser; the CLI uses it once, to make a token of its own, and ends it. */
async function tradeLink(cli: Cli, origin: string, token: string): Promise<{ token: string; token_id: string }> {
  const { createClient, transportTo } = await loadClient();
  const { send } = await import('../connect.ts');
  const { ApiError } = await import('@fleetmend/api/client.ts');
  const answer = await send(cli, new URL('/api/v1/session/link', origin), {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...BY_HAND },
    body: JSON.stringify({ token }),
    redirect: 'error',
  });
  if (!answer.ok) throw new ApiError((await answer.json()) as ProblemDocument);
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const call = createClient(transportTo(cli, origin, { cookie, ...BY_HAND }));
  const made = await call('createToken', {
    body: { name: `fleetmend on ${hostname()}`.slice(0, 100), expires_in_days: TOKEN_DAYS },
  });
  await call('signOut', {});
  return { token: made.token, token_id: made.id };
}
