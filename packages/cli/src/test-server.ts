import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Contract, contract, type EndpointName } from '@fleetmend/api/contract.ts';
import type { Endpoint } from '@fleetmend/api/endpoint.ts';
import { Problem, problems } from '@fleetmend/api/problems.ts';

type Answer<Name extends EndpointName> = Contract[Name]['response']['_zod']['input'];

export interface Received {
  name: EndpointName;
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: unknown;
}

type Said<Name extends EndpointName> = Answer<Name> | Lie | Break;

/** What to answer; a lie is sent as it is, everything else must be what the contract says. */
export type Answers = {
  [Name in EndpointName]?: (received: Received) => Said<Name> | Promise<Said<Name>>;
};

/** Breaks the connection instead of answering. */
export class Break {}

export class Lie {
  readonly body: unknown;
  constructor(body: unknown) {
    this.body = body;
  }
}

export interface TestServer {
  origin: string;
  received: Received[];
  answers: Answers;
  close(): Promise<void>;
}

export const TOKEN = 'fm_test_0123456789abcdef';

/** An HTTP server on a port of its own that holds requests and answers against the contract: it cannot drift from it. */
export async function openTestServer(answers: Answers): Promise<TestServer> {
  const state: TestServer = { origin: '', received: [], answers, close: () => closeServer(server) };
  const server = createServer((request, response) => {
    answer(state, request, response).catch((error: unknown) => sendProblem(response, error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

async function answer(state: TestServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://test');
  const found = findEndpoint(request.method ?? '', url.pathname);
  if (found === null) throw new Problem('not-found', `${url.pathname} is not an address of this server.`);
  const { name, params } = found;
  const endpoint: Endpoint = contract[name];
  checkHeaders(endpoint, request);
  const bytes = await readBody(request);
  const body = endpoint.body === undefined ? bytes : endpoint.body.parse(JSON.parse(bytes.toString() || 'null'));
  endpoint.query?.parse(Object.fromEntries(url.searchParams));
  const received = { name, params, query: url.searchParams, headers: request.headers, body };
  state.received.push(received);
  const make = state.answers[name] as ((received: Received) => unknown) | undefined;
  if (make === undefined) throw new Problem('not-found', `There is no ${name} here.`);
  const made = await make(received);
  if (made instanceof Break) return void response.destroy();
  if (endpoint.stream === 'events') return sendEvents(response, made as AsyncIterable<unknown>);
  const value = made instanceof Lie ? made.body : endpoint.response.parse(made);
  const status = endpoint.status ?? 200;
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(name === 'openSignInLink' ? { 'set-cookie': 'session=one; HttpOnly' } : {}),
  });
  response.end(status === 204 ? undefined : JSON.stringify(value));
}

async function sendEvents(response: ServerResponse, events: AsyncIterable<unknown>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for await (const event of events) response.write(`: comment\n\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

function checkHeaders(endpoint: Endpoint, request: IncomingMessage): void {
  const isSignedIn = request.headers.authorization === `Bearer ${TOKEN}` || request.headers.cookie === 'session=one';
  if (endpoint.permission !== null && !isSignedIn) throw new Problem('sign-in-needed', 'Sign in, or send a token.');
  if (endpoint.if_match && !/^"[^"]+"$/.test(request.headers['if-match'] ?? ''))
    throw new Problem('precondition-needed', 'Send If-Match.');
  if (endpoint.idempotency && !request.headers['idempotency-key'])
    throw new Problem('idempotency-key-needed', 'Send a key.');
}

function findEndpoint(method: string, path: string): { name: EndpointName; params: Record<string, string> } | null {
  for (const [name, endpoint] of Object.entries(contract) as [EndpointName, Endpoint][]) {
    const pattern = new RegExp(`^${endpoint.path.replace(/:([a-z_]+)/g, '(?<$1>[^/]+)')}$`);
    const match = endpoint.method === method ? pattern.exec(path) : null;
    const entries = Object.entries(match?.groups ?? {}).map(
      ([key, value]) => [key, decodeURIComponent(value)] as const,
    );
    if (match !== null) return { name, params: Object.fromEntries(entries) };
  }
  return null;
}

function sendProblem(response: ServerResponse, error: unknown): void {
  const problem = error instanceof Problem ? error : new Problem('internal', String(error));
  const { status, title } = problems[problem.code];
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(
    JSON.stringify({
      type: 'about:blank',
      title,
      status,
      detail: problem.message,
      instance: 'req-1',
      code: problem.code,
      errors: problem.errors,
    }),
  );
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
