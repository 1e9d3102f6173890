import type { HostState } from '@fleetmend/api/agent-protocol.ts';
import type { SignedRoot } from '@fleetmend/domain/access/trust-root.ts';
import type { PackageManager } from '../package-managers/package-manager.ts';
import type { AgentFolder } from './agent-folder.ts';
import type { ApplierClient } from './applier-client.ts';
import type { startReporter } from './build-report.ts';
import type { HostKey, Identity } from './identity.ts';
import type { OrderRunner } from './order-runner.ts';
import type { Outbox } from './outbox.ts';
import type { Schedule } from './schedule.ts';
import type { HostServerClient } from './server-client.ts';

/** All that the networked half holds while it runs; what it does side by side shares it. */
export interface Agent {
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

/** Makes the next look a check-in, and the next look now. */
export function checkInNow(agent: Agent, ring: () => void): void {
  agent.next_at = 0;
  ring();
}
