import { AGENT_PATHS, WAIT_SECONDS } from '@fleetmend/api/agent-protocol.ts';
import { z } from 'zod';
import { log } from '../platform/log.ts';
import { backoffSeconds, comeBackSeconds } from './backoff.ts';
import { type Agent, checkInNow } from './running-agent.ts';
import type { Schedule } from './schedule.ts';

/** Keeps one request open, so that what comes for this machine is heard of at once. */
export async function keepListening(agent: Agent, ring: () => void): Promise<never> {
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

/** Delivers order events as they happen, beside the check-ins, so that a log can be watched. */
export async function keepTelling(agent: Agent): Promise<never> {
  for (let failures = 0; ; ) {
    const isTold = await agent.outbox.flush(agent.client).catch(() => false);
    if (isTold) agent.runner.forgetDelivered();
    failures = isTold ? 0 : failures + 1;
    const seconds = isTold ? 0.5 : backoffSeconds(failures, Math.random());
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

/** Brings the lists of the package manager up to date again and again, and says when that showed something new. */
export async function keepListsFresh(agent: Agent, every: { seconds: number; onChange: () => void }): Promise<never> {
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

/** Brings the lists of the package manager up to date; a failure is logged. */
export async function refresh(agent: Agent): Promise<void> {
  const status = await agent.manager.refreshLists(agent.folder.path);
  if (status.error !== null) log('the package lists could not be refreshed', { error: status.error });
}

/** Reads the changelogs of what is on offer; whether there was anything new in them. */
export async function learnChangelogs(agent: Agent): Promise<boolean> {
  const installed = await agent.manager.listInstalled();
  return agent.manager.readChangelogs(agent.folder.path, await agent.manager.listUpdates(agent.folder.path, installed));
}
