import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync } from 'node:zlib';
import {
  AGENT_PATHS,
  type CheckInRequest,
  checkInRequest,
  enrolRequest,
  type HostState,
  type InventoryChange,
  type OrderEvents,
  orderEvents,
  type PlanAnswer,
  type PlanRequest,
  planAnswer,
  sessionRequest,
} from '@fleetmend/api/agent-protocol.ts';
import {
  answerMac,
  firstLink,
  type HostSession,
  isSameMac,
  makeExchangeKey,
  nextLink,
  readClaim,
  requestMac,
  type SessionClaim,
  sessionKey,
  writeAnswerMac,
  writeChallenge,
} from '@fleetmend/api/host-session.ts';
import { readHostSignature, verifyHostRequest } from '@fleetmend/api/host-signature.ts';
import { stateDigest } from '@fleetmend/api/host-state.ts';
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

/** Seconds between two check-ins. */
const CHECK_IN_SECONDS = 0.3;

type Headers = Record<string, string | string[] | undefined>;
interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

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
  state: HostState | null;
  /** Orders it said it holds. */
  holds: string[];
  session: HostSession | null;
  challenge: string;
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
  const serverKey = makeExchangeKey();
  let isAway = false;
  let epoch = 0;

  const wants = (asset: EnrolledAsset, { inventory_digest, updates_digest, facts_digest }: HostState) => ({
    state: false,
    inventory:
      inventory_digest !== null && inventory_digest !== asset.inventory_digest
        ? { base: asset.inventory_digest }
        : null,
    updates: updates_digest !== null && updates_digest !== asset.updates_digest,
    facts: facts_digest !== asset.facts_digest,
  });

  /** Takes what is new; null when a host speaks of a state that is not the last one heard. */
  function hear(asset: EnrolledAsset, body: CheckInRequest): HostState | null {
    const was = 'state' in body ? body.state : body.was;
    if (was !== null && (asset.state === null || was !== stateDigest(asset.state))) return null;
    if ('state' in body) {
      asset.holds = [];
      return asset.state;
    }
    const { now, inventory, updates, facts } = body;
    const said = Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined));
    const state = { ...asset.state, ...said } as HostState;
    if (inventory !== undefined) takeInventory(asset, inventory, state.inventory_digest);
    if (updates !== undefined) Object.assign(asset, { updates, updates_digest: state.updates_digest });
    if (facts !== undefined) Object.assign(asset, { facts, facts_digest: state.facts_digest });
    asset.holds = body.orders ?? [];
    return state;
  }

  function checkIn(asset: EnrolledAsset, body: CheckInRequest) {
    asset.check_ins++;
    const state = hear(asset, body);
    const nothing = { inventory: null, updates: false, facts: false };
    const wanted = state === null ? { state: true, ...nothing } : wants(asset, state);
    const isComplete = !(wanted.state || wanted.inventory !== null || wanted.updates || wanted.facts);
    asset.state = isComplete ? state : null;
    const answered = (order: Order) => events.get(order.id)?.some((event) => event.type === 'result') ?? false;
    const open = {
      roots: state !== null && Math.max(state.root_version, state.roots_held) < 1 ? [signedRoot] : [],
      plans: (plans.get(asset.asset) ?? []).filter((plan) => !answers.has(plan.id)),
      orders: (orders.get(asset.asset) ?? []).filter((order) => !answered(order)),
    };
    const isQuiet = open.roots.length + open.plans.length + open.orders.length === 0;
    if (isComplete && isQuiet && state?.check_in_seconds === CHECK_IN_SECONDS) return null;
    return {
      wants: wanted,
      held: null,
      ...open,
      withdrawn: [],
      check_in_seconds: CHECK_IN_SECONDS,
      phase_seconds: 0,
      come_back_soon: !isQuiet,
    };
  }

  function takeInventory(asset: EnrolledAsset, change: InventoryChange, digest: string | null): void {
    const { base, added, removed } = change;
    if (base !== null && base !== asset.inventory_digest) throw new Error('delta against something else');
    const gone = new Set(removed);
    const left = base === null ? [] : [...asset.lines].sort().filter((_, place) => !gone.has(place));
    const lines = [...left, ...added];
    if (inventoryDigest(lines, nodeCryptography.sha256) !== digest)
      throw new Error('the digest is not that of the result');
    Object.assign(asset, { lines, inventory_digest: digest });
    asset.inventory_reports.push({ base, added: added.length, removed: removed.length });
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
    if (path === AGENT_PATHS.orderEvents) takeEvents(body);
    else if (path === AGENT_PATHS.plan) {
      const plan = planAnswer.parse(body);
      answers.set(plan.id, plan.answer);
    } else throw new Error(`no such path ${path}`);
    return null;
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
      state: null,
      holds: [],
      session: null,
      challenge: randomBytes(16).toString('base64url'),
      check_ins: 0,
      inventory_reports: [],
    });
    return { asset, organization: ORGANIZATION, server_key: serverKey.publicKey, roots: [signedRoot] };
  }

  /** Opens a session for a host that has signed the challenge. */
  function openSession(asset: EnrolledAsset, headers: Headers, body: Buffer): Reply {
    const { challenge, public_key: publicKey } = asset;
    const signed = { method: 'POST', path: AGENT_PATHS.session, body, headers, publicKey, challenge };
    if (readHostSignature(headers) === null) return ask(asset);
    const fault = verifyHostRequest(signed);
    if (fault !== null) throw new Error(`bad signature: ${fault}`);
    const said = sessionRequest.parse(JSON.parse(body.toString('utf8')));
    const ends = { asset: asset.asset, host: said.exchange_key, server: serverKey.publicKey };
    const key = sessionKey(serverKey.privateKey, said.exchange_key, ends);
    if (key === null) throw new Error('no exchange key');
    asset.session = { key, step: said.step + 1, link: firstLink(key, challenge) };
    asset.challenge = randomBytes(16).toString('base64url');
    return prove(key, challenge, 200, { step: said.step + 1 });
  }

  const ask = (asset: EnrolledAsset): Reply => ({
    status: 401,
    headers: { 'www-authenticate': writeChallenge(asset.challenge) },
    body: '{"title":"session needed"}',
  });

  function prove(key: KeyObject, to: string, status: number, value: unknown): Reply {
    const body = value === null ? '' : JSON.stringify(value);
    const proof = answerMac(key, to, status, Buffer.from(body));
    return { status, headers: { 'authentication-info': writeAnswerMac(proof) }, body };
  }

  function handle(path: string, headers: Headers, body: Buffer): Reply {
    if (path === AGENT_PATHS.enrol)
      return { status: 200, headers: {}, body: JSON.stringify(enrol(JSON.parse(body.toString('utf8')))) };
    const authorization = typeof headers['authorization'] === 'string' ? headers['authorization'] : undefined;
    const claim = readClaim(authorization);
    const asset = assets.get(claim?.asset ?? readHostSignature(headers)?.asset ?? '');
    if (!asset) throw new Error('unsigned');
    if (path === AGENT_PATHS.session) return openSession(asset, headers, body);
    return claim === null ? ask(asset) : handleInSession(asset, claim, { path, headers, body });
  }

  function handleInSession(
    asset: EnrolledAsset,
    { step, mac }: SessionClaim,
    { path, headers, body }: { path: string; headers: Headers; body: Buffer },
  ): Reply {
    const { session } = asset;
    // What does not turn the ratchet may come under the link before; the lab only counts the turns.
    if (session === null || step > session.step || step < session.step - 1) return ask(asset);
    const isCurrent = step === session.step;
    if (isCurrent && !isSameMac(mac, requestMac(session, { path, body }))) return ask(asset);
    if (path === AGENT_PATHS.wait) return prove(session.key, mac, 204, null);
    if (path === AGENT_PATHS.checkIn) {
      if (!isCurrent) return ask(asset);
      asset.session = { key: session.key, step: step + 1, link: nextLink(session.key, mac) };
    }
    const bytes = headers['content-encoding'] === 'br' ? brotliDecompressSync(body) : body;
    const value = answer(path, asset, JSON.parse(bytes.toString('utf8')));
    return prove(session.key, mac, value === null ? 204 : 200, value);
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (isAway) return response.writeHead(503).end('<html>the proxy says no</html>');
      try {
        const { status, headers, body } = handle(request.url ?? '', request.headers, Buffer.concat(chunks));
        // An agent that waits for news is answered after a moment, here always with none.
        const wait = request.url === AGENT_PATHS.wait && status === 204 ? 1000 : 0;
        setTimeout(() => response.writeHead(status, headers).end(body), wait);
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
