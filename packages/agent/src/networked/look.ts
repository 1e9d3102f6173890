import { AGENT_PATHS, type CheckInResponse, type HostState, type PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import { stateDigest } from '@fleetmend/api/host-state.ts';
import type { AgentFacts } from '@fleetmend/domain/inventory/asset.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { z } from 'zod';
import { findStaleServices } from '../facts/stale-services.ts';
import { writeDurably } from '../platform/durable-file.ts';
import { log } from '../platform/log.ts';
import { AGENT_VERSION } from '../version.ts';
import { exchangeReports } from './exchange-reports.ts';
import { noteHold } from './hold.ts';
import { readSuccessions } from './identity.ts';
import { isKeyDue, rotateKey } from './rotate-key.ts';
import type { Agent } from './running-agent.ts';
import { nextCheckIn } from './schedule.ts';
import { serverClient } from './server-client.ts';

const SOON_SECONDS = 1;

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
export interface Turn {
  is_complete: boolean;
  is_reached: boolean;
  retry_after_seconds: number | null;
}

const QUIET: Turn = { is_complete: true, is_reached: true, retry_after_seconds: null };

/** Looks at the machine, and checks in when something is new or when it is its turn. */
export async function look(agent: Agent): Promise<Turn> {
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
