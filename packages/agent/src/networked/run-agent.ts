import type { PackageManager } from '../package-managers/package-manager.ts';
import { log } from '../platform/log.ts';
import { AGENT_VERSION } from '../version.ts';
import type { AgentFolder } from './agent-folder.ts';
import { startAlarm } from './alarm.ts';
import { applierClient, applierSocketPath } from './applier-client.ts';
import { backoffSeconds } from './backoff.ts';
import { startReporter } from './build-report.ts';
import { type Identity, loadHostKey } from './identity.ts';
import { keepListening, keepListsFresh, keepTelling, learnChangelogs, refresh } from './keep-up.ts';
import { look, type Turn } from './look.ts';
import { startOrderRunner } from './order-runner.ts';
import { openOutbox } from './outbox.ts';
import { type Agent, checkInNow } from './running-agent.ts';
import { serverClient } from './server-client.ts';

const LONGEST_AFTER_REFUSAL_SECONDS = 30;
/** How often the machine looks at itself; it speaks when something is new, or when it is its turn. */
const LOOK_SECONDS = 10;

export interface AgentOptions {
  once: boolean;
  refresh_seconds: number;
  /** Days after which this machine changes its key. */
  key_days: number;
  /** The folder this program lies in, as it was when it was started. */
  program: string;
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

async function runOnce(agent: Agent): Promise<boolean> {
  await refresh(agent);
  await learnChangelogs(agent).catch(() => false);
  const first = await look(agent);
  await agent.runner.idle();
  const isTold = await agent.outbox.flush(agent.client);
  agent.runner.forgetDelivered();
  return first.is_complete && isTold;
}
