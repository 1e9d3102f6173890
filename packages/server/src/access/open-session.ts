import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { recordAudit } from '../audit/record-audit.ts';
import type { Ctx } from '../platform/context.ts';
import { readPerson, readSessionByHash, readTokenByHash } from './access.queries.ts';
import { deleteSession, insertSession, type PersonRow, useLink } from './access.store.ts';
import { describeSession, type Session } from './describe-person.ts';
import { createLimiter } from './limit-attempts.ts';
import { hashSecret, newSecret } from './secret.ts';
import {
  clearSessionCookie,
  readSessionCookie,
  SESSION_IDLE,
  SESSION_LONGEST,
  setSessionCookie,
} from './session-cookie.ts';

/** Where an answer's cookie goes and a request's comes from. */
export interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

const failures = createLimiter({ most: 10, seconds: 60 });

/**
 * Runs one way of signing in; failed ones are counted by address. They are counted before they are tried, so that many
 * at once are no way around it.
 */
export async function attemptSignIn<T>(
  ctx: Ctx,
  { request }: Pick<Exchange, 'request'>,
  attempt: () => Promise<T>,
): Promise<T> {
  failures.count(request.ip, ctx.now);
  const result = await attempt();
  failures.forgive(request.ip);
  return result;
}

/** Signs a person in with a one-time link. @throws Problem `sign-in-link-dead`, `too-many-requests` */
export async function openSignInLink(ctx: Ctx, token: string, exchange: Exchange): Promise<Session> {
  return attemptSignIn(ctx, exchange, async () => {
    const id = await useLink(ctx.db, hashSecret(token), ctx.now);
    const person = id === null ? null : await readPerson(ctx.db, id);
    if (person === null)
      throw new Problem('sign-in-link-dead', 'Ask an admin for a new link, or start the server again to get one.');
    return openSession(ctx, person, { ...exchange, by: 'link' });
  });
}

/** Begins a session of a person who has shown who they are; a session this browser had before ends. */
export async function openSession(
  ctx: Ctx,
  person: PersonRow,
  { request, reply, by }: Exchange & { by: 'link' | 'passkey' },
): Promise<Session> {
  const before = readSessionCookie(ctx.settings, request);
  if (before !== null) await deleteSession(ctx.db, hashSecret(before));
  const secret = newSecret();
  const [expires_at, ends_at] = [
    new Date(ctx.now.getTime() + SESSION_IDLE),
    new Date(ctx.now.getTime() + SESSION_LONGEST),
  ];
  await insertSession(ctx.db, hashSecret(secret), { person: person.id, expires_at, ends_at }, ctx.now);
  await recordAudit(asPerson(ctx, person), {
    verb: 'session.open',
    object: `person/${person.id}`,
    detail: { by, address: request.ip },
  });
  setSessionCookie(ctx.settings, reply, secret);
  return describeSession(ctx, person, expires_at.toISOString());
}

/** Before the session exists nobody acts; the log names whom the deed is about. */
function asPerson(ctx: Ctx, { name }: PersonRow): Ctx {
  return { ...ctx, actor: { kind: 'system', label: name } };
}

/** Who is signed in, by session or token. @throws Problem `sign-in-needed` */
export async function readSession(ctx: Ctx, { request }: Pick<Exchange, 'request'>): Promise<Session> {
  if (ctx.actor.kind !== 'person') throw new Problem('sign-in-needed', 'Sign in first.');
  const person = await readPerson(ctx.db, ctx.actor.person);
  if (person === null) throw new Problem('sign-in-needed', 'This person is gone.');
  return describeSession(ctx, person, await readExpiry(ctx, request), ctx.actor.permissions);
}

async function readExpiry(ctx: Ctx, request: FastifyRequest): Promise<string | null> {
  const token = request.headers.authorization?.replace(/^Bearer +/i, '');
  if (token !== undefined) return (await readTokenByHash(ctx.db, hashSecret(token), ctx.now))?.token_expires_at ?? null;
  const secret = readSessionCookie(ctx.settings, request);
  if (secret === null) return null;
  return (await readSessionByHash(ctx.db, hashSecret(secret), ctx.now))?.expires_at ?? null;
}

/** Ends this browser's session. A token stays: it is revoked by its id. */
export async function signOut(ctx: Ctx, { request, reply }: Exchange): Promise<null> {
  const secret = readSessionCookie(ctx.settings, request);
  if (secret === null || ctx.actor.kind !== 'person' || ctx.actor.token !== null) return null;
  await deleteSession(ctx.db, hashSecret(secret));
  await recordAudit(ctx, { verb: 'session.close', object: `person/${ctx.actor.person}`, detail: {} });
  clearSessionCookie(ctx.settings, reply);
  return null;
}
