import { readHostSignature, verifyHostRequest } from '@fleetmend/api/host-signature.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import type { Ctx } from '../platform/context.ts';
import type { Services } from '../platform/http.ts';
import { type Job, job } from '../platform/jobs.ts';
import { readAssetKey } from './inventory.queries.ts';
import { type AssetRow, forgetNonces, lockAsset, useNonce } from './inventory.store.ts';

const MAX_SKEW_SECONDS = 300;
const EMPTY = new Uint8Array();

/**
 * Ties an address of the agent protocol to its use case: the request must be signed by the key of an enrolled asset;
 * the use case gets that asset, locked, in one transaction.
 */
export function bindHost<Body extends z.ZodType, Answer extends z.ZodType>(
  app: FastifyInstance,
  services: Services,
  route: { path: string; body: Body; answer: Answer },
  run: (ctx: Ctx, asset: AssetRow, body: z.output<Body>) => Promise<z.input<Answer>>,
): void {
  const schema: FastifySchema = { hide: true, body: route.body, response: { 200: route.answer } };
  // Before the body is held against its schema: what a stranger sends is not worth the work.
  const preValidation = async (request: FastifyRequest) => {
    const asset = await authenticateHost(request, services, new Date());
    request.actor = { kind: 'host', asset, label: `host ${asset}` };
  };
  app.post(route.path, { schema, preValidation }, async (request: FastifyRequest, reply: FastifyReply) => {
    const now = new Date();
    const id = request.actor?.kind === 'host' ? request.actor.asset : '';
    const answer: unknown = await services.db.transaction().execute(async (db) => {
      const asset = await lockAsset(db, id);
      if (asset === null) throw new Problem('host-signature-refused', 'This host has been retired.');
      const actor = { kind: 'host', asset: id, label: `host ${asset.hostname}` } as const;
      return run(
        { db, actor, now, log: services.log, settings: services.settings, request_id: request.id },
        asset,
        request.body as z.output<Body>,
      );
    });
    return reply.send(answer);
  });
}

async function authenticateHost(request: FastifyRequest, services: Services, now: Date): Promise<string> {
  const claimed = readHostSignature(request.headers);
  const spki = claimed === null ? null : await readAssetKey(services.db, claimed.asset);
  if (claimed === null || spki === null)
    throw new Problem('host-signature-refused', 'No key that is enrolled here signed this request.');
  const now_seconds = Math.floor(now.getTime() / 1000);
  const fault = verifyHostRequest({
    method: request.method,
    path: request.url,
    body: request.rawBody ?? EMPTY,
    headers: request.headers,
    publicKey: spki.toString('base64url'),
    now_seconds,
    max_skew_seconds: MAX_SKEW_SECONDS,
  });
  if (fault !== null) throw new Problem('host-signature-refused', `The signature does not count: ${fault}.`);
  // Committed by itself: whatever becomes of the request, it is not taken a second time.
  if (!(await useNonce(services.db, claimed.asset, claimed.nonce, now)))
    throw new Problem('host-signature-refused', 'This request was sent before.');
  return claimed.asset;
}

/** Forgets nonces whose signatures are refused by their date anyway. */
export const inventoryJobs: Record<string, Job> = {
  'inventory.forget-nonces': job(
    z.unknown(),
    (ctx) => forgetNonces(ctx.db, new Date(ctx.now.getTime() - 2 * MAX_SKEW_SECONDS * 1000)),
    { schedule: '*/5 * * * *' },
  ),
};
