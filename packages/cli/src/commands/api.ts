import { randomUUID } from 'node:crypto';
import type { ProblemDocument } from '@fleetmend/api/problems.ts';
import type { Command } from 'commander';
import { readAll } from '../ask.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { printJson } from '../print.ts';
import { signedInServer } from '../server-address.ts';
import { visibleText } from '../visible-text.ts';

const LARGEST_BODY = 16_000_000;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function register(program: Command, cli: Cli): void {
  program
    .command('api <method> <path>')
    .description('one raw call of the API, as: fleetmend api GET /api/v1/patches')
    .option('--input', 'send stdin as the JSON body')
    .option('--if-match <etag>', 'what you have read')
    .option('--idempotency-key <key>', 'sent with every POST; a fresh one otherwise')
    .action((method: string, path: string, options: ApiOptions) => callApi(cli, method.toUpperCase(), path, options));
}

interface ApiOptions {
  input?: boolean;
  ifMatch?: string;
  idempotencyKey?: string;
}

async function callApi(cli: Cli, method: string, path: string, options: ApiOptions): Promise<void> {
  const { origin, token } = signedInServer(cli);
  if (!METHODS.includes(method))
    throw new CliError('usage', `"${method}" is no method`, { fix: `Give one of ${METHODS.join(', ')}.` });
  const url = readPath(path, origin);
  const body = options.input === true ? await readAll(cli, LARGEST_BODY) : null;
  const [{ send }, { ApiError }] = await Promise.all([import('../connect.ts'), import('@fleetmend/api/client.ts')]);
  const answer = await send(cli, url, {
    method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      ...(method === 'POST' ? { 'idempotency-key': options.idempotencyKey ?? randomUUID() } : {}),
      ...(options.ifMatch === undefined ? {} : { 'if-match': `"${options.ifMatch.replace(/^"|"$/g, '')}"` }),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    body,
    redirect: 'error',
    signal: cli.io.interrupted,
  });
  const text = await answer.text();
  const value = readJson(text);
  if (!answer.ok && isProblem(value)) {
    printJson(cli, value);
    throw new ApiError(value);
  }
  if (value !== undefined) printJson(cli, value);
  else if (text !== '') for (const line of text.split('\n')) cli.io.stdout.write(`${visibleText(line)}\n`);
  if (!answer.ok) throw new CliError('error', `the server answered ${answer.status}`);
}

/** Only a path of the server that is signed in to: the token must go nowhere else. */
function readPath(path: string, origin: string): URL {
  const url = path.startsWith('/') ? URL.parse(path, origin) : URL.parse(`/api/v1/${path}`, origin);
  if (url === null || url.origin !== origin)
    throw new CliError('usage', `"${path}" is no path of ${origin}`, { fix: 'Give it as /api/v1/patches.' });
  return url;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(value: unknown): value is ProblemDocument {
  return value !== null && typeof value === 'object' && 'code' in value && 'status' in value;
}
