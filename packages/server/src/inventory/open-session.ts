import { sessionRequest } from '@fleetmend/api/agent-protocol.ts';
import { answerMac, firstLink, readClaim, sessionKey, writeAnswerMac } from '@fleetmend/api/host-session.ts';
import { readHostSignature, verifyHostRequest } from '@fleetmend/api/host-signature.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { judgeLink } from '@fleetmend/domain/inventory/judge-link.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { recordAudit } from '../audit/record-audit.ts';
import { type Ctx, emit, wake } from '../platform/context.ts';
import type { Services } from '../platform/http.ts';
import { forgetFormerKey, lockSession, markCloned, type SessionRow, writeSession } from './host.store.ts';
import { admit, askForSession } from './host-request.ts';
import type { Host, Hosts } from './hosts.ts';
import { recordAssetEvent } from './inventory.store.ts';
import { readBody } from './read-body.ts';

/** Requests that an opening weighs as much as: it writes and commits. A host needs one in a thousand check-ins. */
const OPENING_COST = 20;

/**
 * Opens a session for a host that signs the challenge of where its ratchet stands (decision 0018), and sees whether
 * somebody else holds its key too. Without a signature it says what to sign.
 */
export async function openSession(
  { services, hosts }: { services: Services; hosts: Hosts },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const body = request.body as Buffer;
  const signed = readHostSignature(request.headers);
  const asset = signed?.asset ?? readClaim(request.headers.authorization)?.asset ?? '';
  // As the database has it: another process may have turned the ratchet.
  const host = await hosts.find(asset, true);
  if (host === null) throw new Problem('host-signature-refused', 'No key that is enrolled here signed this request.');
  if (signed === null) throw askForSession(hosts, host, reply);
  const challenge = hosts.server.challenge(host.id, host.session?.link ?? '');
  const { method, url: path, headers } = request;
  const faultUnder = (publicKey: string) => verifyHostRequest({ method, path, body, headers, publicKey, challenge });
  const newFault = faultUnder(host.spki);
  const fault = newFault === 'bad-signature' && host.former_spki !== null ? faultUnder(host.former_spki) : newFault;
  if (fault === 'stale-challenge') throw askForSession(hosts, host, reply);
  if (fault !== null) throw new Problem('host-signature-refused', `The signature does not count: ${fault}.`);
  await admit(host, OPENING_COST);
  const said = await readBody({ encoding: headers['content-encoding'], bytes: body }, sessionRequest, host.quota);
  const ends = { asset: host.id, host: said.exchange_key, server: hosts.server.publicKey };
  const key = sessionKey(hosts.server.privateKey, said.exchange_key, ends);
  if (key === null) throw new Problem('invalid', 'exchange_key is no X25519 key.');

  await hosts.flush();
  const step = await services.db.transaction().execute(async (db) => {
    const ctx: Ctx = {
      db,
      actor: { kind: 'host', asset: host.id, label: `host ${host.id}` },
      now: new Date(),
      log: services.log,
      settings: services.settings,
      request_id: request.id,
    };
    const known = await lockSession(db, host.id);
    if (hosts.server.challenge(host.id, known?.link ?? '') !== challenge) return null;
    if (judgeLink(known, said) === 'forked') await holdClone(ctx, host, known, said.step);
    const next = Math.max(known?.step ?? 0, said.step) + 1;
    const session = {
      exchange_key: said.exchange_key,
      step: next,
      link: firstLink(key, challenge),
      previous: said.link ?? '',
    };
    await writeSession(db, host.id, session);
    if (newFault === null && host.former_spki !== null) await forgetFormerKey(db, host.id);
    await wake(ctx, `host:${host.id}`);
    return next;
  });
  // Another opening came first.
  if (step === null) throw askForSession(hosts, (await hosts.find(host.id, true)) ?? host, reply);
  await hosts.find(host.id, true);
  const answer = Buffer.from(JSON.stringify({ step }));
  const proof = answerMac(key, challenge, 200, answer);
  return reply.header('authentication-info', writeAnswerMac(proof)).type('application/json').send(answer);
}

/** Two holders of one key: which of them is the machine that was enrolled, the server cannot know. */
async function holdClone(ctx: Ctx, { id }: Host, known: SessionRow | null, saidStep: number): Promise<void> {
  if (!(await markCloned(ctx.db, id, ctx.now))) return;
  const detail = `It came with step ${saidStep}, and step ${known?.step ?? 0} has been taken.`;
  await recordAssetEvent(
    ctx,
    id,
    'cloned',
    `Two machines use the key of this one, or it was set back to an earlier state. ${detail} It is held until it is enrolled anew.`,
  );
  await recordAudit(ctx, {
    verb: 'asset.cloned',
    object: `asset/${id}`,
    detail: { said: saidStep, known: known?.step ?? 0 },
  });
  await emit(ctx, 'asset.cloned', { asset: id });
}
