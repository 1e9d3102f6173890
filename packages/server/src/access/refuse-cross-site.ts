import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyRequest } from 'fastify';

/**
 * Refuses a request that another web site made a browser send. Browsers always say where a request that changes
 * something comes from; with a session cookie one that does not say is refused too.
 * @throws Problem `cross-site-request`
 */
export function refuseCrossSite(
  request: FastifyRequest,
  { origin, hasCookie }: { origin: string; hasCookie: boolean },
): void {
  const { 'sec-fetch-site': site, origin: sender } = request.headers;
  const isOurs = site === undefined ? sender === origin : site === 'same-origin' || site === 'none';
  const isSilent = site === undefined && sender === undefined;
  if (isOurs || (isSilent && !hasCookie)) return;
  throw new Problem('cross-site-request', `Requests that change something must come from ${origin}.`);
}
