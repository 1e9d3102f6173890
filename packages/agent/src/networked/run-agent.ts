import {
  AGENT_PATHS,
  type CheckInResponse,
  type HostState,
  type PlanRequest,
  WAIT_SECONDS,
} from '@fleetmend/api/agent-protocol.ts';
import { stateDigest } from '@fleetmend/api/host-state.ts';
import type { SignedRoot } from '@fleetmend/domain/access/trust-root.ts';
import type { AgentFacts } from '@fleetmend/domain/inventory/asset.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { z } from 'zod';
import { findStaleServices } from '../facts/stale-services.ts';
import type { PackageManager } from '../package-managers/package-manager.ts';
import { writeDurably } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import { AGENT_VERSION } from '../version.ts';
import type { AgentFolder } from './agent-folder.ts';
import { startAlarm } from './alarm.ts';
import { type ApplierClient, applierClient, applierSocketPath } from './applier-client.ts';
import { backoffSeconds, comeBackSeconds } from './backoff.ts';
import { startReporter } from './build-report.ts';
import { exchangeReports } from './exchange-reports.ts';
import { noteHold } from './hold.ts';
import { type HostKey, type Identity, loadHostKey, readSuccessions } from './identity.ts';
import { type OrderRunner, startOrderRunner } from './order-runner.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import { isKeyDue, rotateKey } from './rotate-key.ts';
import { nextCheckIn, type Schedule } from './schedule.ts';
import { type HostServerClient, serverClient } from './server-client.ts';

const LONGEST_AFTER_REFUSAL_SECONDS = 30;
/** How often the machine looks at itself; it speaks when something is new, or when it is its turn. */
const LOOK_SECONDS = 10;
const SOON_SECONDS = 1;

export interface AgentOptions {
  once: boolean;
  refresh_seconds: number;
  /** Days after which this machine changes its key. */
  key_days: number;
  /** The folder this program lies in, as it was when it was started. */
  program: string;
}

interface Agent {
  identity: Identity;
  key: HostKey;
  key_days: number;
  folder: AgentFolder;
  manager: PackageManager;
  client: HostServerClient;
  applier: ApplierClient;
  outbox: Outbox;
  runner: OrderRunner;
  report: ReturnType<typeof startReporter>;
  roots: SignedRoot[];
  planning: Set<string>;
  /** What the server holds of this machine; null: not known to this process. */
  held: HostState | null;
  schedule: Schedule;
  /** Unix milliseconds. */
  next_at: number;
  /** The folder its program was started from. */
  program: string;
  has_checked_in: boolean;
  /** True from when the server said that there is something until it was asked what. */
  has_news: boolean;
}

/** What the root half says of itself; without one, or without a pinned root, the machine only observes. */
async function readMode(agent: Agent): Promise<AgentFacts> {
  const { asset, organization } = agent.identity;
  const hello = await agent.applier
    .hello({ asset, organization, key: agent.key.id, successions: readSuccessions(agent.folder) }, agent.roots)
    .catch((error: unknown) => {
      log('the root half answered with an error', { error: String(error) });
      return null;
    });
  if (hello?.problem) log('the root half has a problem', { problem: hello.problem });
  return {
    version: AGENT_VERSION,
    mode: hello !== null && hello.pinned !== null ? 'apply' : 'observe',
    root_version: hello?.root_version ?? null,
    root_digest: hello?.root_digest ?? null,
  };
}

async function readStaleServices(agent: Agent) {
  if (process.getuid?.() === 0) return findStaleServices();
  const answer = await agent.applier.staleServices().catch(() => null);
  return answer?.services ?? findStaleServices();
}

/** How a look at the machine, and the check-in that followed if there was one, ended. */
interface Turn {
  is_complete: boolean;
  is_reached: boolean;
  retry_after_seconds: number | null;
}

const QUIET: Turn = { is_complete: true, is_reached: true, retry_after_seconds: null };

/** Looks at the machine, and checks in when something is new or when it is its turn. */
async function look(agent: Agent): Promise<Turn> {
  const mode = await readMode(agent);
  const report = await agent.report({ agent: mode, stale_services: await readStaleServices(agent) });
  const state: HostState = {
    inventory_digest: report.inventory_digest,
    updates_digest: report.updates_digest,
    facts_digest: report.facts_digest,
    boot_id: report.facts.boot_id,
    root_version: mode.root_version ?? 0,
    roots_held: Math.max(mode.root_version ?? 0, agent.roots.length),
    check_in_seconds: agent.schedule.check_in_seconds,
  };
  const orders = agent.runner.pending();
  const isNew = agent.held === null || stateDigest(agent.held) !== stateDigest(state) || orders.length > 0;
  if (!isNew && Date.now() < agent.next_at) return QUIET;
  const { held, answer, failure } = await exchangeReports(
    agent.client,
    agent.folder,
    { report, state, orders },
    agent.held,
  );
  agent.held = held;
  if (answer !== null) await follow(agent, answer);
  if (failure !== null) {
    log('check-in failed', { reason: failure.reason });
    return { is_complete: false, is_reached: answer !== null, retry_after_seconds: failure.retry_after_seconds };
  }
  // No answer is an answer too: there is nothing to say, and it is not held.
  noteHold(agent.folder, answer?.held ?? null);
  if (!agent.has_checked_in) tellWatchdog(agent);
  await changeKeyIfDue(agent);
  agent.has_news = false;
  agent.next_at = answer?.come_back_soon
    ? Date.now() + Math.min(SOON_SECONDS, agent.schedule.check_in_seconds) * 1000
    : nextCheckIn(Date.now(), agent.schedule);
  return QUIET;
}

/** A program that has checked in is one to stay with. */
function tellWatchdog(agent: Agent): void {
  agent.has_checked_in = true;
  writeDurably(agent.folder.checked_in, agent.program, 0o644);
}

/** Changes this machine's key when it is time; without success it is tried again at the next check-in. */
async function changeKeyIfDue(agent: Agent): Promise<void> {
  if (!isKeyDue(agent.folder, agent.key_days, Date.now())) return;
  const changed = await rotateKey(agent.folder, agent.identity.asset, agent.client);
  if ('reason' in changed) return log('the key of this machine could not be changed', { reason: changed.reason });
  agent.key = changed.key;
  agent.client = serverClient(agent.identity, agent.key, agent.folder);
  // Not before this does the server forget the old one.
  await agent.client.renew();
  log('this machine has a new key', { key: agent.key.id });
}

/** Does what an answer asks for. */
async function follow(agent: Agent, answer: CheckInResponse): Promise<void> {
  const { roots, orders, withdrawn, plans, check_in_seconds, phase_seconds } = answer;
  agent.schedule = { check_in_seconds, phase_seconds };
  if (roots.length > 0) {
    agent.roots = roots;
    await readMode(agent);
  }
  for (const order of orders) agent.runner.take(order);
  for (const id of withdrawn) agent.runner.withdraw(id);
  for (const plan of plans) await answerPlan(agent, plan);
}

async function answerPlan(agent: Agent, plan: PlanRequest): Promise<void> {
  if (agent.planning.has(plan.id)) return;
  agent.planning.add(plan.id);
  try {
    const answer = await agent.manager.plan(agent.folder.path, plan.packages).catch((error: unknown) => ({
      outcome: 'impossible' as const,
      reason: hostLine(`the dry run failed: ${String(error)}`, 2000),
    }));
    const sent = await agent.client.post(AGENT_PATHS.plan, { id: plan.id, answer }, z.unknown());
    log('plan answered', { plan: plan.id, outcome: answer.outcome, taken: sent.ok });
  } finally {
    agent.planning.delete(plan.id);
  }
}

async function refresh(agent: Agent): Promise<void> {
  const status = await agent.manager.refreshLists(agent.folder.path);
  if (status.error !== null) log('the package lists could not be refreshed', { error: status.error });
}

async function learnChangelogs(agent: Agent): Promise<boolean> {
  const installed = await agent.manager.listInstalled();
  return agent.manager.readChangelogs(agent.folder.path, await agent.manager.listUpdates(agent.folder.path, installed));
}

/**
 * The networked half's life: check in, do what is asked, sleep as long as the server says. Never ends of itself, unless
 * `once`; nothing the server says, or does not say, ends it either.
 * @returns with `once`: whether the exchange was complete.
 */
export async function runAgent(
  start: { identity: Identity; folder: AgentFolder; manager: PackageManager },
  options: AgentOptions,
): Promise<boolean> {
  const { identity, folder, manager } = start;
  const key = loadHostKey(folder);
  const applier = applierClient(applierSocketPath());
  const outbox = openOutbox(folder, () => new Date());
  const alarm = startAlarm();
  const client = serverClient(identity, key, folder);
  const runner = startOrderRunner(
    folder,
    { asset: identity.asset, folder: folder.path, manager, applier, outbox },
    () => checkInNow(agent, alarm.ring),
  );
  const report = startReporter(manager, folder.path);
  const agent: Agent = {
    identity,
    key,
    key_days: options.key_days,
    folder,
    manager,
    client,
    applier,
    outbox,
    runner,
    report,
    roots: [],
    planning: new Set(),
    held: null,
    schedule: { check_in_seconds: LOOK_SECONDS, phase_seconds: 0 },
    next_at: 0,
    program: options.program,
    has_checked_in: false,
    has_news: false,
  };
  log('agent started', { version: AGENT_VERSION, asset: identity.asset, server: identity.server });
  if (options.once) return runOnce(agent);
  void keepListsFresh(agent, { seconds: options.refresh_seconds, onChange: alarm.ring });
  void keepTelling(agent);
  void keepListening(agent, alarm.ring);
  for (let failures = 0; ; ) {
    const turn = await look(agent).catch((error: unknown): Turn => {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log('a check-in ended in an error', { error: words });
      return { is_complete: false, is_reached: false, retry_after_seconds: null };
    });
    failures = turn.is_complete ? 0 : failures + 1;
    await alarm.sleep(pauseSeconds(agent, turn, failures));
  }
}

/** Seconds until the machine looks at itself again. */
function pauseSeconds(agent: Agent, { is_complete, is_reached, retry_after_seconds }: Turn, failures: number): number {
  if (is_complete) return Math.min(LOOK_SECONDS, Math.max(0.05, (agent.next_at - Date.now()) / 1000));
  if (retry_after_seconds !== null) return retry_after_seconds * (1 + Math.random());
  const pause = backoffSeconds(failures, Math.random());
  // A report the server will not take must not keep its orders from coming: then the wait grows, but not for long.
  return is_reached ? Math.min(pause, LONGEST_AFTER_REFUSAL_SECONDS) : pause;
}

function checkInNow(agent: Agent, ring: () => void): void {
  agent.next_at = 0;
  ring();
}

/** Keeps one request open, so that what comes for this machine is heard of at once. */
async function keepListening(agent: Agent, ring: () => void): Promise<never> {
  const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  for (let failures = 0; ; ) {
    // Not before it was asked what the last news were: they would be announced for ever.
    if (agent.held === null || agent.has_news) {
      await pause(0.2);
      continue;
    }
    const answer = await agent.client.post(AGENT_PATHS.wait, {}, z.unknown(), { timeout_seconds: WAIT_SECONDS + 30 });
    failures = answer.ok ? 0 : failures + 1;
    if (!answer.ok) await pause(pauseAfter(answer.status, failures, agent.schedule));
    else if (answer.value !== null) {
      agent.has_news = true;
      checkInNow(agent, ring);
    }
  }
}

/** A proxy that only would not wait so long says 504: then nobody else comes back at the same moment. */
function pauseAfter(status: number | null, failures: number, { check_in_seconds }: Schedule): number {
  if (status === 504) return backoffSeconds(failures, Math.random());
  return comeBackSeconds(failures, Math.random(), check_in_seconds);
}

async function runOnce(agent: Agent): Promise<boolean> {
  await refresh(agent);
  await learnChangelogs(agent).catch(() => false);
  const first = await look(agent);
  await agent.runner.idle();
  const isTold = await agent.outbox.flush(agent.client);
  agent.runner.forgetDelivered();
  return first.is_complete && isTold;
}

/** Delivers order events as they happen, beside the check-ins, so that a log can be watched. */
async function keepTelling(agent: Agent): Promise<never> {
  for (let failures = 0; ; ) {
    const isTold = await agent.outbox.flush(agent.client).catch(() => false);
    if (isTold) agent.runner.forgetDelivered();
    failures = isTold ? 0 : failures + 1;
    const seconds = isTold ? 0.5 : backoffSeconds(failures, Math.random());
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

async function keepListsFresh(agent: Agent, every: { seconds: number; onChange: () => void }): Promise<never> {
  for (;;) {
    try {
      const before = agent.manager.changeMark(agent.folder.path);
      await refresh(agent);
      if (agent.manager.changeMark(agent.folder.path) !== before) every.onChange();
      if (await learnChangelogs(agent)) every.onChange();
    } catch (error) {
      log('refreshing the package lists failed', { error: String(error) });
    }
    await new Promise((resolve) => setTimeout(resolve, every.seconds * 1000));
  }
}
