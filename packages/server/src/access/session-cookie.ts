import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../platform/context.ts';

/** How long a session lives without use, and at most. Milliseconds. */
export const SESSION_IDLE = 12 * 3_600_000;
export const SESSION_LONGEST = 7 * 86_400_000;

type Origin = Pick<Settings, 'origin'>;

/** `__Host-` lets no subdomain and no plain connection set it; browsers take it over https alone. */
function cookieName({ origin }: Origin): string {
  return origin.startsWith('https:') ? '__Host-fleetmend' : 'fleetmend';
}

function attributes({ origin }: Origin) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: origin.startsWith('https:') } as const;
}

/** The session's secret in a request; null where there is none. */
export function readSessionCookie(settings: Origin, request: FastifyRequest): string | null {
  return request.cookies[cookieName(settings)] ?? null;
}

export function setSessionCookie(settings: Origin, reply: FastifyReply, secret: string): void {
  reply.setCookie(cookieName(settings), secret, { ...attributes(settings), maxAge: SESSION_LONGEST / 1000 });
}

export function clearSessionCookie(settings: Origin, reply: FastifyReply): void {
  reply.clearCookie(cookieName(settings), attributes(settings));
}
