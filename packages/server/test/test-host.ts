import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  AGENT_PATHS,
  type CheckInResponse,
  checkInResponse,
  enrolResponse,
  type HostState,
} from '@fleetmend/api/agent-protocol.ts';
import { type HostEnd, hostClient, type SendToServer } from '@fleetmend/api/host-client.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { Order } from '@fleetmend/domain/deployments/order.ts';
import type { AssetFacts, AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import { inventoryDigest, softwareLine } from '@fleetmend/domain/inventory/inventory-digest.ts';
import type { TestServer } from './test-server.ts';

/** A machine that speaks the real protocol with a key of its own; what it has installed is the test's to say. */
export interface TestHost {
  asset: string;
  software: Software[];
  updates: AvailableUpdate[];
  facts: AssetFacts;
  /** Its keys, and where its ratchet stands: all that a copy of it has. */
  identity: Omit<HostEnd, 'send' | 'save'>;
  /** Authenticated as the host; the status and the answer. */
  post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Sends the last request again, byte for byte. */
  replay(): Promise<number>;
  /** Checks in, sends what is asked for, and checks in again; the last answer. */
  report(orders?: string[]): Promise<CheckInResponse>;
  /** Waits, as an agent does, until the server says that something is there for it, and reports then. */
  hear(orders?: string[]): Promise<CheckInResponse>;
  /** Says how an order went. */
  finish(
    order: Order,
    outcome?: 'succeeded' | 'failed',
    change?: { code?: string; detail?: string; reboot_required?: boolean },
  ): Promise<void>;
}

const NOTHING: CheckInResponse = {
  wants: { state: false, inventory: null, updates: false, facts: false },
  held: null,
  roots: [],
  plans: [],
  orders: [],
  withdrawn: [],
  check_in_seconds: 1,
  phase_seconds: 0,
  come_back_soon: false,
};

export function aPackage(name: string, version: string, change: Partial<Software> = {}): Software {
  return {
    ecosystem: 'deb',
    name,
    version,
    architecture: 'amd64',
    source: name,
    source_version: version,
    module: null,
    ...change,
  };
}

export function anUpdate(
  name: string,
  from: string,
  to: string,
  change: Partial<AvailableUpdate> = {},
): AvailableUpdate {
  return {
    ecosystem: 'deb',
    name,
    architecture: 'amd64',
    installed_version: from,
    candidate_version: to,
    source: name,
    source_installed_version: from,
    source_candidate_version: to,
    origin: 'Debian:12/bookworm-security',
    suite: 'bookworm-security',
    fix_version: null,
    advisories: [],
    severity: null,
    is_security: true,
    is_held: false,
    size: 1000,
    sha256: createHash('sha256').update(`${name} ${to}`).digest('hex'),
    changelog_cves: ['CVE-2026-1111'],
    ...change,
  };
}

/** What apt answers when it is asked to move a package from 1.0-1 to 1.1-1: the step, and the exact way back. */
export function aPlanFor(name: string) {
  const forth = {
    ecosystem: 'deb',
    package: name,
    architecture: 'amd64',
    from: '1.0-1',
    to: '1.1-1',
    sha256: 'a'.repeat(64),
    size: 1000,
    origin: 'Debian-Security:12/stable-security',
  };
  const back = { ...forth, from: forth.to, to: forth.from, sha256: 'b'.repeat(64) };
  return {
    outcome: 'planned',
    operations: [forth],
    rollback: { class: 'downgrade', operations: [back], reason: null },
  };
}

export function someFacts(hostname: string, change: Partial<AssetFacts> = {}): AssetFacts {
  return {
    hostname,
    machine_id: hostname.padEnd(32, '0'),
    mac_addresses: [],
    boot_id: 'boot-1',
    os: { id: 'debian', version_id: '12', codename: 'bookworm', name: 'Debian 12' },
    architecture: 'amd64',
    kernel_running: '6.1.0-1',
    kernel_installed: '6.1.0-1',
    reboot_required: false,
    reboot_reasons: [],
    stale_services: [],
    lists_refreshed_at: '2026-11-23T10:00:00.000Z',
    lists_error: null,
    agent: { version: '0.1.0', mode: 'apply', root_version: 1, root_digest: null },
    ...change,
  };
}

/** The agent's transport, on fetch. */
export function sendTo(url: string): SendToServer {
  return async ({ path, headers, body }) => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) });
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: new Uint8Array(await answer.arrayBuffer()),
    };
  };
}

/** Enrols a new machine, with a given code or one of its own; `session` is what a copy of it would have on its disk. */
export async function enrolTestHost(
  { server, url }: Pick<TestServer, 'server' | 'url'>,
  hostname: string,
  given?: string,
): Promise<TestHost> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const public_key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64url');
  const enrolled = await fetch(`${url}${AGENT_PATHS.enrol}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: given ?? (await server.enrolmentCode()), public_key, hostname, machine_id: hostname }),
  });
  const { asset, server_key } = enrolResponse.parse(await enrolled.json());
  return speakAs(url, { asset, serverKey: server_key, privateKey, session: null }, hostname);
}

/** A machine with an identity that is enrolled. */
export function speakAs(url: string, end: Omit<HostEnd, 'send' | 'save'>, hostname: string): TestHost {
  const send = sendTo(url);
  let last: Parameters<SendToServer>[0] | null = null;
  const identity = { ...end };
  const client = hostClient({
    ...end,
    send: (request) => {
      last = request;
      return send(request);
    },
    save: (session) => {
      identity.session = session;
    },
  });
  async function post(path: string, value: object) {
    const { status, body } = await client.post(path, value, { turns: path === AGENT_PATHS.checkIn });
    const text = Buffer.from(body).toString('utf8');
    return { status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  }

  const host: TestHost = {
    asset: end.asset,
    software: [],
    updates: [],
    facts: someFacts(hostname),
    identity,
    post,
    replay: async () => (last === null ? 0 : (await send(last)).status),
    async report(orders = []) {
      const lines = [...new Set(host.software.map(softwareLine))].sort();
      const digestOf = (value: unknown) =>
        createHash('sha256')
          .update(canonicalJson(value as Json))
          .digest('hex');
      const now: HostState = {
        inventory_digest: inventoryDigest(lines, nodeCryptography.sha256),
        updates_digest: digestOf(host.updates),
        facts_digest: digestOf(host.facts),
        boot_id: host.facts.boot_id,
        root_version: host.facts.agent?.root_version ?? 0,
        roots_held: 1,
        check_in_seconds: 1,
      };
      const checkIn = async (parts: object) => {
        const { status, body } = await post(AGENT_PATHS.checkIn, { was: null, now, orders, ...parts });
        if (status !== 200 && status !== 204) throw new Error(`check-in: ${status} ${JSON.stringify(body)}`);
        return status === 204 ? NOTHING : checkInResponse.parse(body);
      };
      const { wants } = await checkIn({});
      return checkIn({
        ...(wants.inventory ? { inventory: { base: null, added: lines, removed: [] } } : {}),
        ...(wants.updates ? { updates: host.updates } : {}),
        ...(wants.facts ? { facts: host.facts } : {}),
      });
    },
    async hear(orders = []) {
      const { status } = await post(AGENT_PATHS.wait, {});
      if (status !== 200) throw new Error(`wait: ${status}`);
      return host.report(orders);
    },
    async finish({ id }, outcome = 'succeeded', { code = 'ok', detail = '', reboot_required = false } = {}) {
      const at = new Date().toISOString();
      const result = {
        order: id,
        outcome,
        code,
        detail,
        started_at: at,
        finished_at: at,
        boot_id: host.facts.boot_id,
        reboot_required,
        versions: {},
      };
      const { status, body } = await post(AGENT_PATHS.orderEvents, {
        order: id,
        events: [{ type: 'result', sequence: 1, at, result }],
      });
      if (status !== 204) throw new Error(`order events: ${status} ${JSON.stringify(body)}`);
    },
  };
  return host;
}
