import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from './send-problem.ts';

/**
 * Everything from this server alone: no inline script, no inline style (the console sets styles through the DOM, which
 * the policy allows), no text turned into markup or script (Trusted Types).
 */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'; require-trusted-types-for 'script'";

const HEADERS = { 'content-security-policy': POLICY };

/**
 * Serves the built console, if there is one; an address of the console itself (`/changes/CH-1`) gets its page, an unknown
 * one of the API a problem.
 */
export async function serveConsole(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(folder)) return refuseUnknown(app, null);
  const page = await readFile(join(folder, 'index.html'));
  refuseUnknown(app, page);
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    wildcard: false,
    setHeaders: (reply, path) => {
      reply.headers({
        ...HEADERS,
        'cache-control': path.includes('/static/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      });
    },
  });
}

function refuseUnknown(app: FastifyInstance, page: Buffer | null): void {
  app.setNotFoundHandler((request, reply) => {
    // A hashed file of an older build is gone; the page in its place would be taken for a script.
    const isPage = request.method === 'GET' && !/^\/(?:api|static)\//.test(request.url);
    if (page !== null && isPage) {
      return reply
        .headers({ ...HEADERS, 'cache-control': 'no-cache' })
        .type('text/html; charset=utf-8')
        .send(page);
    }
    const detail = `${request.method} ${request.url.split('?')[0]} is not an address of this server.`;
    return sendProblem(reply, request, new Problem('not-found', detail));
  });
}
