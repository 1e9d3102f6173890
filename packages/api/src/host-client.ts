import type { KeyObject } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { AGENT_PATHS, sessionResponse } from './agent-protocol.ts';
import {
  answerMac,
  firstLink,
  type HostSession,
  isSameMac,
  makeExchangeKey,
  nextLink,
  readAnswerMac,
  readChallenge,
  requestMac,
  sessionKey,
  writeClaim,
} from './host-session.ts';
import { signHostRequest } from './host-signature.ts';

export interface HostReply {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | readonly string[] | undefined>;
  body: Uint8Array;
}

/** Sends one POST and reads its answer whole. Throws when the server is not reached. */
export type SendToServer = (request: {
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
  timeout_seconds: number;
}) => Promise<HostReply>;

export interface HostEnd {
  asset: string;
  privateKey: KeyObject;
  /** The server's X25519 key, pinned at enrolment. */
  serverKey: string;
  /** What was saved last; null before the first session. */
  session: HostSession | null;
  send: SendToServer;
  /** Must be on disk when it returns: a host that forgets a step looks like a copy of itself. */
  save(session: HostSession): void;
}

export interface PostOptions {
  /** True for a check-in: it turns the ratchet. One at a time. */
  turns?: boolean;
  timeout_seconds?: number;
}

export interface HostClient {
  /** @returns an answer of the pinned server, or an error status of whoever. @throws Error when nobody, or an impostor, answers. */
  post(path: string, value: unknown, options?: PostOptions): Promise<HostReply>;
  /** Opens a new session now, signed with the host's key. @throws Error when it is not opened. */
  renew(): Promise<void>;
}

/** Check-ins after which a session gets a new key. */
const ROTATE_AFTER_STEPS = 1000;
const COMPRESS_FROM_BYTES = 160;
/** The best there is: a machine packs a whole inventory once, and each small change in a millisecond. */
const QUALITY = 11;

/** The host's end of the protocol: opens sessions as needed, authenticates what is sent and what comes back. */
export function hostClient(end: HostEnd): HostClient {
  let session = end.session;
  let opening: Promise<void> | null = null;

  async function open(challenge: string | null): Promise<void> {
    let wanted = challenge ?? (await askForChallenge(end));
    for (let tries = 0; ; tries++) {
      const answer = await openOnce(end, session, wanted);
      if ('session' in answer) {
        session = answer.session;
        end.save(session);
        return;
      }
      if (answer.challenge === null || tries === 2) throw new Error(`no session was opened: ${answer.words}`);
      wanted = answer.challenge;
    }
  }
  async function openAlone(challenge: string | null): Promise<void> {
    opening ??= open(challenge).finally(() => {
      opening = null;
    });
    await opening;
  }

  /** The session to send under; a check-in moves on to a new key from time to time. */
  async function current(isRenewed: boolean): Promise<HostSession> {
    if (session === null || (isRenewed && session.step % ROTATE_AFTER_STEPS === 0)) await openAlone(null);
    if (session === null) throw new Error('no session was opened');
    return session;
  }

  return {
    renew: () => openAlone(null),
    async post(path, value, { turns = false, timeout_seconds = 60 } = {}) {
      const { body, headers } = writeBody(value);
      for (let tries = 0; ; tries++) {
        const used = await current(turns && tries === 0);
        const mac = requestMac(used, { path, body });
        const authorization = writeClaim({ asset: end.asset, step: used.step, mac });
        const reply = await end.send({ path, headers: { ...headers, authorization }, body, timeout_seconds });
        const challenge = challengeIn(reply);
        if (challenge !== null && tries < 2) {
          // Another request may have opened or turned meanwhile; then this one is only sent again.
          if (session === used) await openAlone(challenge);
          continue;
        }
        const isOurs = isAnswerTo(reply, used.key, mac);
        if (!isOurs && reply.status < 400) throw new Error(IMPOSTOR);
        if (isOurs && turns) {
          session = { key: used.key, step: used.step + 1, link: nextLink(used.key, mac) };
          end.save(session);
        }
        return reply;
      }
    },
  };
}

const IMPOSTOR = 'the answer is not from the server this machine was enrolled at';

function challengeIn({ status, headers }: HostReply): string | null {
  return status === 401 ? readChallenge(oneOf(headers['www-authenticate'])) : null;
}

function isAnswerTo({ status, headers, body }: HostReply, key: KeyObject, to: string): boolean {
  const proof = readAnswerMac(oneOf(headers['authentication-info']));
  return proof !== null && isSameMac(proof, answerMac(key, to, status, body));
}

function oneOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function writeBody(value: unknown): { body: Uint8Array; headers: Record<string, string> } {
  const body = Buffer.from(JSON.stringify(value));
  if (body.length < COMPRESS_FROM_BYTES) return { body, headers: {} };
  const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  return { body: brotliCompressSync(body, { params }), headers: { 'content-encoding': 'br' } };
}

async function askForChallenge({ asset, send }: HostEnd): Promise<string> {
  const body = Buffer.from('{}');
  const headers = { authorization: writeClaim({ asset, step: 0, mac: '-'.repeat(22) }) };
  const reply = await send({ path: AGENT_PATHS.session, headers, body, timeout_seconds: 60 });
  const challenge = challengeIn(reply);
  if (challenge === null) throw new Error(describe(reply));
  return challenge;
}

async function openOnce(
  end: HostEnd,
  last: HostSession | null,
  challenge: string,
): Promise<{ session: HostSession } | { challenge: string | null; words: string }> {
  const exchange = makeExchangeKey();
  const text = { exchange_key: exchange.publicKey, step: last?.step ?? 0, link: last?.link ?? null };
  const body = Buffer.from(JSON.stringify(text));
  const path = AGENT_PATHS.session;
  const signed = signHostRequest({
    method: 'POST',
    path,
    body,
    nonce: challenge,
    asset: end.asset,
    privateKey: end.privateKey,
  });
  const reply = await end.send({ path, headers: signed, body, timeout_seconds: 60 });
  if (reply.status !== 200) return { challenge: challengeIn(reply), words: describe(reply) };
  const ends = { asset: end.asset, host: exchange.publicKey, server: end.serverKey };
  const key = sessionKey(exchange.privateKey, end.serverKey, ends);
  if (key === null || !isAnswerTo(reply, key, challenge)) throw new Error(IMPOSTOR);
  const { step } = sessionResponse.parse(JSON.parse(Buffer.from(reply.body).toString('utf8')));
  return { session: { key, step, link: firstLink(key, challenge) } };
}

/** What an error answer says, as far as it says anything. */
export function describe({ status, body }: Pick<HostReply, 'status' | 'body'>): string {
  try {
    const { detail, title } = JSON.parse(Buffer.from(body).toString('utf8')) as { detail?: unknown; title?: unknown };
    const words = typeof detail === 'string' && detail !== '' ? detail : title;
    if (typeof words === 'string') return `${status} ${words}`;
  } catch {
    // Not a problem document: the status alone must do.
  }
  return `the server answered ${status}`;
}
