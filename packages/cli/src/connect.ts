import { ApiError, type Client, createClient, type Transport } from '@fleetmend/api/client.ts';
import type { ProblemDocument } from '@fleetmend/api/problems.ts';
import { type Cli, note, pause } from './cli.ts';
import { CliError } from './cli-error.ts';
import { signedInServer } from './server-address.ts';

/** An answer later than this is none. Uploads of whole feeds are given longer. */
const ANSWER_MILLISECONDS = 60_000;
const UPLOAD_MILLISECONDS = 30 * 60_000;
/** A server that restarts is back within seconds. */
const REPEATS = 8;
const REPEAT_MILLISECONDS = 1000;
const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'UND_ERR_SOCKET']);

/** A client of the server that is signed in to. @throws CliError (sign_in) when none is. */
export function connect(cli: Cli): Client {
  const { origin, token } = signedInServer(cli);
  return createClient(transportTo(cli, origin, { authorization: `Bearer ${token}` }));
}

/** The bytes that the server answers with at a path. @throws ApiError when it answers with a problem, CliError */
export async function openBytes(cli: Cli, path: string): Promise<AsyncIterable<Uint8Array>> {
  const { origin, token } = signedInServer(cli);
  const response = await send(cli, new URL(path, origin), {
    headers: { accept: 'application/octet-stream, application/json', authorization: `Bearer ${token}` },
    redirect: 'error',
    signal: AbortSignal.any([cli.io.interrupted, AbortSignal.timeout(UPLOAD_MILLISECONDS)]),
  });
  if (response.status >= 400) throw new ApiError((await readJson(response)) as ProblemDocument);
  return response.body ?? (async function* () {})();
}

/** How the typed client sends: fetch, without redirects, so that a token goes nowhere else. */
export function transportTo(cli: Cli, origin: string, credentials: Record<string, string>): Transport {
  return async ({ method, path, headers, body }) => {
    const isUpload = headers['content-type'] === 'application/octet-stream';
    const once = () =>
      send(cli, new URL(path, origin), {
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
    const isRepeatable = method === 'GET' || headers['idempotency-key'] !== undefined;
    const response = isRepeatable ? await untilAnswered(cli, once) : await once();
    return { status: response.status, json: () => readJson(response) };
  };
}

/**
 * Sends again when the connection broke before an answer came: whether it was done is then unknown, and with the same
 * Idempotency-Key asking again does it once. A server that refused the connection at the first try got nothing.
 */
async function untilAnswered(cli: Cli, once: () => Promise<Response>): Promise<Response> {
  for (let again = 1; ; again++) {
    try {
      return await once();
    } catch (error) {
      const code = brokenBy(error);
      if (code === null || again > REPEATS || (again === 1 && code === 'ECONNREFUSED')) throw error;
      note(cli, `The connection broke (${code}); asking again.`);
      await pause(cli, REPEAT_MILLISECONDS);
    }
  }
}

/** The network's word for a connection that broke; null for any other error. */
function brokenBy(error: unknown): string | null {
  const cause =
    error instanceof CliError && error.exit === 'error' ? (error.cause as Error | undefined)?.cause : undefined;
  const { code } = (cause ?? {}) as { code?: string };
  return code !== undefined && BROKEN.has(code) ? code : null;
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
