import type { z } from 'zod';
import { type Contract, contract, type EndpointName } from './contract.ts';
import type { Endpoint } from './endpoint.ts';
import type { ProblemDocument } from './problems.ts';

type Field<E, K extends string, Name extends string> = E extends { [key in K]: infer S extends z.ZodType }
  ? { [name in Name]: z.input<S> }
  : unknown;

/** What a call takes: path parameters, query, body, the ETag that was read, an Idempotency-Key of the caller's. */
export type Input<E> = Field<E, 'params', 'params'> &
  Field<E, 'body', 'body'> &
  (E extends { query: infer Q extends z.ZodType } ? { query?: z.input<Q> } : unknown) &
  (E extends { if_match: 'required' } ? { ifMatch: string } : unknown) &
  (E extends { idempotency: 'required' } ? { idempotencyKey: string } : unknown) &
  (E extends { upload: 'octets' } ? { octets: unknown } : unknown);

export type Output<Name extends EndpointName> = Contract[Name] extends { response: infer R extends z.ZodType }
  ? z.output<R>
  : never;

/** An answer that is a problem: switch on `problem.code`, never on the text. */
export class ApiError extends Error {
  readonly problem: ProblemDocument;
  constructor(problem: ProblemDocument) {
    super(problem.detail || problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

export type Transport = (request: {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}) => Promise<{
  status: number;
  json(): Promise<unknown>;
}>;

interface LooseInput {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  ifMatch?: string;
  idempotencyKey?: string;
  octets?: unknown;
}

/** The path with its parameters filled in and its query appended. */
export function endpointPath(endpoint: Endpoint, input: LooseInput): string {
  const path = endpoint.path.replace(/:([a-z_]+)/g, (_, name: string) =>
    encodeURIComponent(input.params?.[name] ?? ''),
  );
  const query = Object.entries(input.query ?? {}).filter(([, value]) => value !== undefined && value !== null);
  if (query.length === 0) return path;
  return `${path}?${query.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')}`;
}

/**
 * A typed client read off the contract; console, CLI and tests bring their own way to send.
 * @throws ApiError when the server answers with a problem.
 */
export function createClient(send: Transport) {
  return async function call<Name extends EndpointName>(
    name: Name,
    input: Input<Contract[Name]>,
  ): Promise<Output<Name>> {
    const endpoint: Endpoint = contract[name];
    const loose = input as LooseInput;
    const headers: Record<string, string> = { accept: 'application/json' };
    if (loose.ifMatch !== undefined) headers['if-match'] = `"${loose.ifMatch}"`;
    if (loose.idempotencyKey !== undefined) headers['idempotency-key'] = loose.idempotencyKey;
    if (endpoint.upload) headers['content-type'] = 'application/octet-stream';
    else if (loose.body !== undefined) headers['content-type'] = 'application/json';
    const body = endpoint.upload ? loose.octets : loose.body === undefined ? undefined : JSON.stringify(loose.body);
    const answer = await send({ method: endpoint.method, path: endpointPath(endpoint, loose), headers, body });
    if (answer.status >= 400) throw new ApiError((await answer.json()) as ProblemDocument);
    return (answer.status === 204 ? null : await answer.json()) as Output<Name>;
  };
}
export type Client = ReturnType<typeof createClient>;
