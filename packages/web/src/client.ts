import { createClient, type Input, type Output } from '@fleetmend/api/client.ts';
import type { Contract, EndpointName } from '@fleetmend/api/contract.ts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

/** Asks the server that served this page; the session cookie goes along. */
export const call = createClient(({ method, path, headers, body }) =>
  fetch(path, { method, headers, body: (body ?? null) as BodyInit | null, credentials: 'same-origin' }),
);

type PageName = {
  [Name in EndpointName]: Output<Name> extends { data: unknown[]; next_cursor: string | null } ? Name : never;
}[EndpointName];

/** One row of a list endpoint. */
export type Row<Name extends PageName> = Extract<Output<Name>, { data: readonly unknown[] }>['data'][number];

/** Reads one thing, again every `every` milliseconds when given. */
export function useRead<Name extends EndpointName>(
  name: Name,
  input: Input<Contract[Name]>,
  options: { every?: number | false; enabled?: boolean } = {},
) {
  return useQuery({
    queryKey: [name, input],
    queryFn: () => call(name, input),
    refetchInterval: options.every ?? false,
    enabled: options.enabled ?? true,
  });
}

/** Reads a list page by page, following the server's cursor. */
export function usePages<Name extends PageName>(
  name: Name,
  input: Input<Contract[Name]>,
  options: { every?: number | false; enabled?: boolean } = {},
) {
  const query = useInfiniteQuery({
    // Pages are kept apart from the same list read once: the cache holds them in another shape.
    queryKey: [name, input, 'pages'],
    queryFn: ({ pageParam }) => call(name, withCursor(input, pageParam)),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last as { next_cursor: string | null }).next_cursor,
    refetchInterval: options.every ?? false,
    enabled: options.enabled ?? true,
  });
  const rows = query.data?.pages.flatMap((page) => (page as { data: Row<Name>[] }).data);
  return { ...query, rows };
}

function withCursor<Given>(input: Given, cursor: string | null): Given {
  if (cursor === null) return input;
  const { query } = input as { query?: object };
  return { ...input, query: { ...query, cursor } };
}

/** Sends a command; `touches` names what is read again once it has worked. */
export function useSend<Name extends EndpointName>(name: Name, touches: readonly EndpointName[]) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (input: Input<Contract[Name]>) => call(name, input),
    onSuccess: () => Promise.all(touches.map((touched) => cache.invalidateQueries({ queryKey: [touched] }))),
  });
}

/** A key that makes a repeated POST harmless. Not `randomUUID`: that one needs a secure context. */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
