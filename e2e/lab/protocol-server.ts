import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AGENT_PATHS,
  type CheckInRequest,
  checkInRequest,
  enrolRequest,
  factsReport,
  inventoryReport,
  type OrderEvents,
  orderEvents,
  type PlanAnswer,
  type PlanRequest,
  planAnswer,
  updatesReport,
} from '@fleetmend/api/agent-protocol.ts';
import { readHostSignature, verifyHostRequest } from '@fleetmend/api/host-signature.ts';
import { pemPublicKey, signWithEd25519 } from '@fleetmend/api/make-signature.ts';
import { nodeCryptography } from '@fleetmend/api/node-cryptography.ts';
import { documentDigest } from '@fleetmend/domain/access/follow-roots.ts';
import { SIGNATURE_PURPOSES, type SignedRoot } from '@fleetmend/domain/access/trust-root.ts';
import { canonicalJson, type Json } from '@fleetmend/domain/canonical-json.ts';
import type { ChangeDocument, Step, Target } from '@fleetmend/domain/changes/change-document.ts';
import type { Order, OrderResult } from '@fleetmend/domain/deployments/order.ts';
import { orderId } from '@fleetmend/domain/deployments/order-id.ts';
import type { AssetFacts, AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { inventoryDigest } from '@fleetmend/domain/inventory/inventory-digest.ts';

const ORGANIZATION = 'org_lab';
export const ENROLMENT_CODE = 'lab-enrolment-code';

/** What the server knows of one machine. */
export interface EnrolledAsset {
  asset: string;
  hostname: string;
  public_key: string;
  key: string;
  lines: string[];
  inventory_digest: string | null;
  updates: AvailableUpdate[] | null;
  updates_digest: string | null;
  facts: AssetFacts | null;
  facts_digest: string | null;
  last_check_in: CheckInRequest | null;
  check_ins: number;
  inventory_reports: { base: string | null; added: number; removed: number }[];
}

/** A person of the trust root, with a key made for this test run. */
function makePerson(id: string) {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const key = pemPublicKey(pem);
  if (key === null) throw new Error('node made an unusable key');
  return { id, name: `Person ${id}`, keys: [key], pem };
}

/**
 * The server's side of the agent protocol with the rules of the real one (signatures, digests, schemas), driven by the
 * test: it offers what it is told to offer and keeps everything it hears.
 */
export async function startProtocolServer() {
  const people = [makePerson('author'), makePerson('ana'), makePerson('ben')];
  const root: Json = {
    type: 'fleetmend/root/v1',
    organization: ORGANIZATION,
    version: 1,
    quorum: 1,
    people: people.map(({ id, name, keys }) => ({ id, name, keys: keys.map((key) => ({ ...key })) })),
  };
  const rootDocument = canonicalJson(root);
  const sign = (
    person: number,
    document: string,
    purpose: (typeof SIGNATURE_PURPOSES)[keyof typeof SIGNATURE_PURPOSES] = SIGNATURE_PURPOSES.change,
  ) => signWithEd25519(people[person]?.pem ?? '', purpose, document);
  const signedRoot: SignedRoot = {
    document: rootDocument,
    signatures: [sign(1, rootDocument, SIGNATURE_PURPOSES.root)],
  };

  const assets = new Map<string, EnrolledAsset>();
  const orders = new Map<string, Order[]>();
  const plans = new Map<string, PlanRequest[]>();
  const answers = new Map<string, PlanAnswer['answer']>();
  const events = new Map<string, OrderEvents['events']>();
  const complaints: string[] = [];
  const nonces = new Set<string>();
  let isAway = false;
  let epoch = 0;

  function checkIn(asset: EnrolledAsset, body: CheckInRequest) {
    asset.last_check_in = body;
    asset.check_ins++;
    const answered = (order: Order) => events.get(order.id)?.some((event) => event.type === 'result') ?? false;
    return {
      wants: {
        inventory:
          body.inventory_digest !== null && body.inventory_digest !== asset.inventory_digest
            ? { base: asset.inventory_digest }
            : null,
        updates: body.updates_digest !== null && body.updates_digest !== asset.updates_digest,
        facts: body.facts_digest !== asset.facts_digest,
      },
      roots: body.root_version < 1 ? [signedRoot] : [],
      plans: (plans.get(asset.asset) ?? []).filter((plan) => !answers.has(plan.id)),
      orders: (orders.get(asset.asset) ?? []).filter((order) => !answered(order)),
      withdrawn: [],
      next_check_in_seconds: 0.3,
    };
  }

  function takeInventory(asset: EnrolledAsset, body: unknown): void {
    const report = inventoryReport.parse(body);
    if (report.base !== null && report.base !== asset.inventory_digest) throw new Error('delta against something else');
    const removed = new Set(report.removed);
    const lines = [...(report.base === null ? [] : asset.lines.filter((line) => !removed.has(line))), ...report.added];
    if (inventoryDigest(lines, nodeCryptography.sha256) !== report.digest)
      throw new Error('the digest is not that of the result');
    Object.assign(asset, { lines, inventory_digest: report.digest });
    asset.inventory_reports.push({ base: report.base, added: report.added.length, removed: report.removed.length });
  }

  function takeEvents(body: unknown): void {
    const report = orderEvents.parse(body);
    const known = events.get(report.order) ?? [];
    events.set(report.order, known);
    for (const event of report.events) {
      if (event.sequence < known.length) continue;
      if (event.sequence > known.length) throw new Error(`event ${event.sequence} came, ${known.length} was next`);
      known.push(event);
    }
  }

  function answer(path: string, asset: EnrolledAsset, body: unknown): unknown {
    if (path === AGENT_PATHS.checkIn) return checkIn(asset, checkInRequest.parse(body));
    if (path === AGENT_PATHS.inventory) takeInventory(asset, body);
    else if (path === AGENT_PATHS.orderEvents) takeEvents(body);
    else if (path === AGENT_PATHS.updates) {
      const { digest, updates } = updatesReport.parse(body);
      Object.assign(asset, { updates, updates_digest: digest });
    } else if (path === AGENT_PATHS.facts) {
      const { digest, facts } = factsReport.parse(body);
      Object.assign(asset, { facts, facts_digest: digest });
    } else if (path === AGENT_PATHS.plan) {
      const plan = planAnswer.parse(body);
      answers.set(plan.id, plan.answer);
    } else throw new Error(`no such path ${path}`);
    return {};
  }

  function enrol(body: unknown): unknown {
    const request = enrolRequest.parse(body);
    if (request.code !== ENROLMENT_CODE) throw new Error('this code is not valid');
    const asset = `asset_${assets.size + 1}`;
    const key = createHash('sha256').update(Buffer.from(request.public_key, 'base64url')).digest('hex');
    assets.set(asset, {
      asset,
      key,
      hostname: request.hostname,
      public_key: request.public_key,
      lines: [],
      inventory_digest: null,
      updates: null,
      updates_digest: null,
      facts: null,
      facts_digest: null,
      last_check_in: null,
      check_ins: 0,
      inventory_reports: [],
    });
    return { asset, organization: ORGANIZATION, roots: [signedRoot] };
  }

  function handle(path: string, headers: Record<string, string | string[] | undefined>, body: Buffer): unknown {
    if (path === AGENT_PATHS.enrol) return enrol(JSON.parse(body.toString('utf8')));
    const signature = readHostSignature(headers);
    const asset = assets.get(signature?.asset ?? '');
    if (!signature || !asset) throw new Error('unsigned');
    const fault = verifyHostRequest({
      method: 'POST',
      path,
      body,
      headers,
      publicKey: asset.public_key,
      now_seconds: Date.now() / 1000,
    });
    if (fault !== null || nonces.has(signature.nonce)) throw new Error(`bad signature: ${fault ?? 'repeated nonce'}`);
    nonces.add(signature.nonce);
    return answer(path, asset, JSON.parse(body.toString('utf8')));
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (isAway) return response.writeHead(503).end('<html>the proxy says no</html>');
      try {
        const text = JSON.stringify(handle(request.url ?? '', request.headers, Buffer.concat(chunks)));
        response.writeHead(200, { 'content-type': 'application/json' }).end(text);
      } catch (error) {
        complaints.push(`${request.url}: ${error instanceof Error ? error.message : String(error)}`);
        response.writeHead(422).end(JSON.stringify({ title: 'refused', detail: String(error) }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  /** Waits until `read` gives something; throws with what was heard after `seconds`. */
  async function until<T>(what: string, read: () => T | null | undefined | false, seconds = 40): Promise<T> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) {
      const value = read();
      if (value !== null && value !== undefined && value !== false) return value;
    }
    throw new Error(
      `waited ${seconds} s for ${what}; complaints: ${complaints.join(' | ')}; events: ${JSON.stringify([...events]).slice(-3000)}`,
    );
  }

  function makeDocument(targets: Target[], changes: Partial<ChangeDocument> = {}): string {
    epoch++;
    const now = Date.now();
    const document: ChangeDocument = {
      type: 'fleetmend/change/v1',
      organization: ORGANIZATION,
      change: `CH-${epoch}`,
      title: 'Lab change',
      reason: '',
      author: 'author',
      created_at: new Date(now).toISOString(),
      epoch,
      root_version: 1,
      policy: { name: 'lab', sha256: '0'.repeat(64) },
      quorum: 1,
      windows: [{ from: new Date(now - 60_000).toISOString(), until: new Date(now + 3_600_000).toISOString() }],
      rings: [{ name: 'all', assets: targets.map((target) => target.asset), max_in_flight: 10, bake_seconds: 0 }],
      gates: [{ kind: 'systemd', unit: 'pmhello.service' }],
      on_gate_fail: 'rollback',
      reboot: 'if-needed',
      accepts_no_rollback: false,
      targets,
      ...changes,
    };
    return canonicalJson(document as unknown as Json);
  }

  function makeOrder(asset: string, step: Step, document: string, attempt = 1): Order {
    const id = orderId(
      { change_digest: documentDigest(document, nodeCryptography), asset, step, attempt },
      nodeCryptography,
    );
    return {
      type: 'fleetmend/order/v1',
      id,
      asset,
      step,
      attempt,
      document,
      signatures: [sign(1, document)],
      lease_seconds: 600,
    };
  }

  const offer = (order: Order) => orders.set(order.asset, [...(orders.get(order.asset) ?? []), order]);
  const eventsOf = (order: string) => events.get(order) ?? [];
  const resultOf = (order: string): OrderResult | null => {
    const last = eventsOf(order).find((event) => event.type === 'result');
    return last?.type === 'result' ? last.result : null;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    rootDigest: `sha256:${documentDigest(rootDocument, nodeCryptography)}`,
    assets,
    complaints,
    sign,
    makeDocument,
    makeOrder,
    offer,
    eventsOf,
    until,
    /** Offers an order and waits for its result. */
    async carryOut(order: Order, seconds = 60): Promise<OrderResult> {
      offer(order);
      return until(`the result of ${order.step}`, () => resultOf(order.id), seconds);
    },
    resultOf,
    /** Asks for the exact plan to move packages. */
    async plan(asset: string, packages: PlanRequest['packages']): Promise<PlanAnswer['answer']> {
      const id = `plan_${plans.size}_${answers.size}_${Math.floor(performance.now())}`;
      plans.set(asset, [...(plans.get(asset) ?? []), { id, packages }]);
      return until('a plan', () => answers.get(id));
    },
    setAway(value: boolean) {
      isAway = value;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type ProtocolServer = Awaited<ReturnType<typeof startProtocolServer>>;
