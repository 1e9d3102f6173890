import { createHash, type KeyObject } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { type HostClient, type HostReply, hostClient } from '@fleetmend/api/host-client.ts';
import {
  answerMac,
  firstLink,
  type HostSession,
  makeExchangeKey,
  nextLink,
  readAnswerMac,
  requestMac,
  sessionKey,
  writeClaim,
} from '@fleetmend/api/host-session.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import type { Connection } from './connection.ts';

/** A host that has a session: all that the load generator needs to speak as it. */
export interface SimulatedHost {
  asset: string;
  session: HostSession;
  /** What it opens another session with; one for all, since whose key it is counts for nothing here. */
  keys: { privateKey: KeyObject; serverKey: string };
}

/** The real client as this host, which opens another session when the server asks for it. */
export function clientOf(host: SimulatedHost, connection: Connection): HostClient {
  const { asset, session, keys } = host;
  return hostClient({
    ...keys,
    asset,
    session,
    send: (request) => connection.post(request),
    save: (turned) => {
      host.session = turned;
    },
  });
}

/** A body as it goes over the wire, made before the clock runs: agents do that on machines of their own. */
export interface Body {
  bytes: Uint8Array;
  headers: Record<string, string>;
}

/** As the agent packs it; a hostile one is in a hurry. */
export function pack(value: unknown, quality = 11): Body {
  const bytes = Buffer.from(JSON.stringify(value));
  if (bytes.length < 160) return { bytes, headers: {} };
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return { bytes: brotliCompressSync(bytes, { params }), headers: { 'content-encoding': 'br' } };
}

/** Checks in and turns the ratchet; throws when the answer is not the server's. */
export async function checkIn(connection: Connection, host: SimulatedHost, body: Body): Promise<HostReply> {
  const { session, asset } = host;
  const path = AGENT_PATHS.checkIn;
  const mac = requestMac(session, { path, body: body.bytes });
  const authorization = writeClaim({ asset, step: session.step, mac });
  const reply = await connection.post({ path, headers: { ...body.headers, authorization }, body: body.bytes });
  const proof = readAnswerMac(String(reply.headers['authentication-info']));
  if (proof === answerMac(session.key, mac, reply.status, reply.body))
    host.session = { key: session.key, step: session.step + 1, link: nextLink(session.key, mac) };
  else if (reply.status < 400) throw new Error('an answer that is not authenticated');
  return reply;
}

/** The host's half of all simulated sessions; each has its own key all the same, since the asset goes into it. */
export function openSimulated(serverKey: string): { exchange_key: string; sessionOf(asset: string): HostSession } {
  const { privateKey, publicKey } = makeExchangeKey();
  return {
    exchange_key: publicKey,
    sessionOf(asset) {
      const key = sessionKey(privateKey, serverKey, { asset, host: publicKey, server: serverKey });
      if (key === null) throw new Error('no session key');
      return { key, step: 1, link: firstLink(key, asset) };
    },
  };
}

export function factsOf(hostname: string): AssetFacts {
  return {
    hostname,
    machine_id: createHash('md5').update(hostname).digest('hex'),
    mac_addresses: [],
    boot_id: createHash('md5').update(`boot ${hostname}`).digest('hex'),
    os: { id: 'debian', version_id: '12', codename: 'bookworm', name: 'Debian GNU/Linux 12 (bookworm)' },
    architecture: 'amd64',
    kernel_running: '6.1.0-40-amd64',
    kernel_installed: '6.1.0-40-amd64',
    reboot_required: false,
    reboot_reasons: [],
    stale_services: [],
    lists_refreshed_at: '2026-11-23T10:00:00.000Z',
    lists_error: null,
    agent: { version: '0.1.0', mode: 'observe', root_version: null, root_digest: null },
  };
}

/** SHA-256 of canonical JSON: the digest of updates and facts. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(value as Json))
    .digest('hex');
}
