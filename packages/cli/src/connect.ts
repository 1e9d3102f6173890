import { type Client, createClient, type Transport } from '@fleetmend/api/client.ts';
import type { Cli } from './cli.ts';
import { note } from './cli.ts';
import { CliError } from './cli-error.ts';
import { signedInServer } from './server-address.ts';

/** An answer later than this is none. Uploads of whole feeds are given longer. */
const ANSWER_MILLISECONDS = 60_000;
const UPLOAD_MILLISECONDS = 30 * 60_000;

/** A client of the server that is signed in to. @throws CliError (sign_in) when none is. */
export function connect(cli: Cli): Client {
  const { origin, token } = signedInServer(cli);
  return createClient(transportTo(cli, origin, { authorization: `Bearer ${token}` }));
}

/** How the typed client sends: fetch, without redirects, so that a token goes nowhere else. */
export function transportTo(cli: Cli, origin: string, credentials: Record<string, string>): Transport {
  return async ({ method, path, headers, body }) => {
    const isUpload = headers['content-type'] === 'application/octet-stream';
    const response = await send(cli, new URL(path, origin), {
      method,
      headers: { ...headers, ...credentials },
      body: (body ?? null) as NonNullable<RequestInit['body']> | null,
      redirect: 'error',
      signal: AbortSignal.any([
        cli.io.interrupted,
        AbortSignal.timeout(isUpload ? UPLOAD_MILLISECONDS : ANSWER_MILLISECONDS),
      ]),
      ...(isUpload ? { duplex: 'half' } : {}),
    });
    return { status: response.status, json: () => readJson(response) };
  };
}

/** fetch, with what can go wrong on the way said in words. */
export async function send(cli: Cli, url: URL, request: RequestInit): Promise<Response> {
  if (cli.options().debug === true) note(cli, `> ${request.method ?? 'GET'} ${url.pathname}${url.search}`);
  try {
    const response = await fetch(url, request);
    if (cli.options().debug === true) note(cli, `< ${response.status}`);
    return response;
  } catch (error) {
    if (cli.io.interrupted.aborted) throw new CliError('interrupted', 'interrupted');
    if ((error as Error).name === 'TimeoutError')
      throw new CliError('timeout', `${url.origin} did not answer in time`, { cause: error });
    const cause = (error as { cause?: Error & { code?: string } }).cause;
    const why = cause?.code ?? cause?.message ?? (error as Error).message;
    throw new CliError('error', `${url.origin} cannot be reached: ${why}`, {
      fix: 'Check the address and that the server runs (npm start prints where).',
      cause: error,
    });
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    const value: unknown = JSON.parse(text);
    const isProblem = response.status < 400 || (value !== null && typeof value === 'object' && 'code' in value);
    if (isProblem) return value;
  } catch {
    // Falls through: a proxy's page, or a cut answer.
  }
  throw new CliError(
    'error',
    `${new URL(response.url).origin} answered ${response.status} with something else than Fleetmend's answers`,
    {
      fix: 'Check that the address is that of a Fleetmend server and that no proxy stands in the way.',
    },
  );
}
