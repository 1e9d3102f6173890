import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '@fleetmend/api/client.ts';

/** A person who speaks to the API with a token of their own. */
export interface Person {
  call: Client;
  token: string;
}

export const newKey = (): string => randomUUID();

/** Opens a sign-in link and takes a token with it, as `fleetmend login` does. */
export async function signIn(url: string, link: string): Promise<Person> {
  const token = new URL(link).hash.slice(1);
  const opened = await fetch(`${url}/api/v1/session/link`, post({ token }));
  if (!opened.ok) throw new Error(`sign-in: ${opened.status} ${await opened.text()}`);
  const cookie = (opened.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const made = await fetch(`${url}/api/v1/tokens`, post({ name: 'e2e' }, { cookie }));
  if (!made.ok) throw new Error(`token: ${made.status} ${await made.text()}`);
  const { token: secret } = (await made.json()) as { token: string };
  return withToken(url, secret);
}

export function withToken(url: string, token: string): Person {
  const call = createClient(({ method, path, headers, body }) =>
    fetch(`${url}${path}`, {
      method,
      headers: { ...headers, authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: body as string }),
    }),
  );
  return { call, token };
}

function post(body: object, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body: JSON.stringify(body),
  };
}
