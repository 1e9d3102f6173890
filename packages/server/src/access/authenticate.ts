import { PERMISSIONS, type Permission } from '@fleetmend/api/endpoint.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { permissionsOf } from '@fleetmend/domain/access/permissions.ts';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../platform/context.ts';
import type { Services } from '../platform/http.ts';
import { readSessionByHash, readTokenByHash } from './access.queries.ts';
import { extendSession, type PersonRow, touchToken } from './access.store.ts';
import { refuseCrossSite } from './refuse-cross-site.ts';
import { hashSecret, isTokenShaped } from './secret.ts';
import { readSessionCookie, SESSION_IDLE } from './session-cookie.ts';

/** That something is used is written down at most once in this time. Milliseconds. */
const TOUCH_EVERY = 60_000;

type Ground = Pick<Services, 'db' | 'settings'>;

/**
 * Who sends a request: by token (`Authorization: Bearer fm_…`), else by session cookie; null for nobody.
 * @throws Problem `sign-in-needed` for a token that does not count, `cross-site-request`
 */
export async function authenticate(ground: Ground, request: FastifyRequest, now: Date): Promise<Actor | null> {
  const { authorization } = request.headers;
  if (authorization !== undefined) return authenticateToken(ground, authorization, now);
  const secret = readSessionCookie(ground.settings, request);
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (!isReading) refuseCrossSite(request, { origin: ground.settings.origin, hasCookie: secret !== null });
  return secret === null ? null : authenticateSession(ground, secret, now);
}

async function authenticateToken({ db }: Ground, header: string, now: Date): Promise<Actor> {
  const text = /^Bearer +(\S+)$/i.exec(header)?.[1] ?? '';
  const token = isTokenShaped(text) ? await readTokenByHash(db, hashSecret(text), now) : null;
  if (token === null) throw new Problem('sign-in-needed', 'This token is unknown, expired or revoked.');
  const isStale = token.last_used_at === null || Date.parse(token.last_used_at) < now.getTime() - TOUCH_EVERY;
  if (isStale) await touchToken(db, token.token, now);
  // A person who may do less than before takes their tokens with them.
  const permissions = [...personPermissions(token)].filter(
    (each) => each === 'self' || token.permissions.includes(each),
  );
  return {
    kind: 'person',
    person: token.id,
    name: token.name,
    label: `${token.name} (token ${token.token_name})`,
    permissions: new Set(permissions),
    token: token.token,
  };
}

async function authenticateSession({ db }: Ground, secret: string, now: Date): Promise<Actor | null> {
  const hash = hashSecret(secret);
  const session = await readSessionByHash(db, hash, now);
  if (session === null) return null;
  const until = new Date(now.getTime() + SESSION_IDLE);
  if (Date.parse(session.expires_at) < until.getTime() - TOUCH_EVERY) await extendSession(db, hash, until);
  return {
    kind: 'person',
    person: session.id,
    name: session.name,
    label: session.name,
    permissions: personPermissions(session),
    token: null,
  };
}

/** What a person's roles allow, in the contract's words. */
export function personPermissions({ roles }: Pick<PersonRow, 'roles'>): ReadonlySet<Permission> {
  const allowed: ReadonlySet<string> = permissionsOf(roles);
  return new Set(PERMISSIONS.filter((permission) => allowed.has(permission)));
}
