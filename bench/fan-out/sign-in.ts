import { type Client, createClient } from '@fleetmend/api/client.ts';
import type { Ground } from '../fleet/ground.ts';

/** The first person, signed in by the printed link. */
export async function signIn({ url, signInLink }: Ground): Promise<Client> {
  const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  const body = JSON.stringify({ token: new URL(signInLink).hash.slice(1) });
  const opened = await fetch(`${url}/api/v1/session/link`, { method: 'POST', headers, body });
  if (opened.status !== 200) throw new Error(`sign-in: ${await opened.text()}`);
  const cookie = (opened.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  return createClient((request) =>
    fetch(`${url}${request.path}`, {
      method: request.method,
      headers: { 'sec-fetch-site': 'same-origin', ...request.headers, cookie },
      ...(request.body === undefined ? {} : { body: request.body as string }),
    }),
  );
}
