import { AGENT_PATHS, checkInResponse, type PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { SignedRoot } from '@fleetmend/domain/access/trust-root.ts';
import type { AssetFacts } from '@fleetmend/domain/inventory/asset.ts';
import { z } from 'zod';
import { findStaleServices } from '../facts/stale-services.ts';
import type { PackageManager } from '../package-managers/package-manager.ts';
import { hostLine } from '../platform/host-text.ts';
import { log } from '../platform/log.ts';
import { AGENT_VERSION } from '../version.ts';
import type { AgentFolder } from './agent-folder.ts';
import { startAlarm } from './alarm.ts';
import { type ApplierClient, applierClient, applierSocketPath } from './applier-client.ts';
import { backoffSeconds } from './backoff.ts';
import { startReporter } from './build-report.ts';
import { type HostKey, type Identity, loadHostKey } from './identity.ts';
import { type OrderRunner, startOrderRunner } from './order-runner.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import { sendReports } from './send-reports.ts';
import { type ServerClient, serverClient } from './server-client.ts';

const LONGEST_AFTER_REFUSAL_SECONDS = 30;

export interface AgentOptions {
  once: boolean;
  refresh_seconds: number;
}

interface Agent {
  identity: Identity;
  key: HostKey;
  folder: AgentFolder;
  manager: PackageManager;
  client: ServerClient;
  applier: ApplierClient;
  outbox: Outbox;
  runner: OrderRunner;
  report: ReturnType<typeof startReporter>;
  roots: SignedRoot[];
  planning: Set<string>;
}

/** What the root half says of itself; without one, or without a pinned root, the machine only observes. */
async function readMode(agent: Agent): Promise<AssetFacts['agent']> {
  const { asset, organization } = agent.identity;
  const hello = await agent.applier
    .hello({ asset, organization, key: agent.key.id }, agent.roots)
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

/** One check-in and what the server asks for in it; null when the server could not be reached or understood. */
async function checkIn(agent: Agent): Promise<{ next_seconds: number; is_complete: boolean } | null> {
  const mode = await readMode(agent);
  const report = await agent.report({ agent: mode, stale_services: await readStaleServices(agent) });
  const body = {
    inventory_digest: report.inventory_digest,
    updates_digest: report.updates_digest,
    facts_digest: report.facts_digest,
    boot_id: report.facts.boot_id,
    root_version: mode.root_version ?? 0,
    orders: agent.runner.pending(),
  };
  const answer = await agent.client.post(AGENT_PATHS.checkIn, body, checkInResponse);
  if (!answer.ok) {
    log('check-in failed', { reason: answer.reason });
    return null;
  }
  const { wants, roots, orders, withdrawn, plans } = answer.value;
  const isComplete = await sendReports(agent.client, agent.folder, { report, wants });
  if (roots.length > 0) {
    agent.roots = roots;
    await readMode(agent);
  }
  for (const order of orders) agent.runner.take(order);
  for (const id of withdrawn) agent.runner.withdraw(id);
  for (const plan of plans) await answerPlan(agent, plan);
  return { next_seconds: answer.value.next_check_in_seconds, is_complete: isComplete };
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
  const client = serverClient(identity.server, identity.asset, key);
  const runner = startOrderRunner(
    folder,
    { asset: identity.asset, folder: folder.path, manager, applier, outbox },
    alarm.ring,
  );
  const report = startReporter(manager, folder.path);
  const agent: Agent = {
    identity,
    key,
    folder,
    manager,
    client,
    applier,
    outbox,
    runner,
    report,
    roots: [],
    planning: new Set(),
  };
  log('agent started', { version: AGENT_VERSION, asset: identity.asset, server: identity.server });
  if (options.once) return runOnce(agent);
  void keepListsFresh(agent, { seconds: options.refresh_seconds, onChange: alarm.ring });
  void keepTelling(agent);
  for (let failures = 0; ; ) {
    const done = await checkIn(agent).catch((error: unknown) => {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log('a check-in ended in an error', { error: words });
      return null;
    });
    failures = done?.is_complete ? 0 : failures + 1;
    const pause = done?.is_complete ? 0 : backoffSeconds(failures, Math.random());
    // A report the server will not take must not keep its orders from coming: then the wait grows, but not for long.
    await alarm.sleep(
      done === null ? pause : Math.max(done.next_seconds, Math.min(pause, LONGEST_AFTER_REFUSAL_SECONDS)),
    );
  }
}

async function runOnce(agent: Agent): Promise<boolean> {
  await refresh(agent);
  await learnChangelogs(agent).catch(() => false);
  const first = await checkIn(agent);
  await agent.runner.idle();
  const isTold = await agent.outbox.flush(agent.client);
  agent.runner.forgetDelivered();
  return first?.is_complete === true && isTold;
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
