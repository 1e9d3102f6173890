import { PERMISSIONS } from '@fleetmend/api/endpoint.ts';
import { insertPerson, insertToken } from '@fleetmend/server/access/access.store.ts';
import { hashSecret, newToken } from '@fleetmend/server/access/secret.ts';
import type { Ground } from '../fleet/ground.ts';

interface Answer {
  status: number;
  text: string;
}

type ContentType = 'application/json' | 'application/octet-stream';

/** The API over loopback, as a person with a token sees it; a body is an upload, or JSON, as bytes. */
export type Api = (method: 'GET' | 'POST', path: string, body?: Buffer, type?: ContentType) => Promise<Answer>;

/** Adds a person who may do everything, and a token of theirs. */
export async function openApi(ground: Ground): Promise<Api> {
  const now = new Date();
  const token = newToken();
  const person = 'person_bench';
  const expires_at = new Date(now.getTime() + 86_400_000);
  await insertPerson(ground.db, { id: person, name: 'Bench', roles: ['admin'] }, now);
  const row = { id: 'token_bench', hash: hashSecret(token), person, name: 'bench', expires_at };
  await insertToken(ground.db, { ...row, permissions: [...PERMISSIONS] }, now);
  return async (method, path, body, type = 'application/octet-stream') => {
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) };
    const answer = await fetch(`${ground.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    return { status: answer.status, text: await answer.text() };
  };
}
